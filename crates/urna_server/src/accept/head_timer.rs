//! The timeout for a request's head.
//!
//! hyper has one timeout for a request's head and starts it right after the previous response. It would cut idle
//! keep-alive connections after the few seconds that a slow head is allowed. This timer suspends the timeout while
//! nothing arrives and starts it with the first byte.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use super::Limits;
use super::socket::Traffic;

/// The timer of one connection.
#[derive(Debug)]
pub(super) struct HeadTimer {
    traffic: Arc<Traffic>,
    first_byte: Duration,
    idle: Duration,
    headers: Duration,
    /// Whether the wait for the first request is over.
    started: AtomicBool,
}

impl HeadTimer {
    /// A timer for the connection with this traffic.
    pub(super) fn new(traffic: Arc<Traffic>, limits: &Limits) -> Self {
        let Limits { first_byte, idle, headers, .. } = *limits;
        Self { traffic, first_byte, idle, headers, started: AtomicBool::new(false) }
    }

    fn start(&self) -> Pin<Box<dyn Sleep>> {
        let silence = if self.started.swap(true, Ordering::Relaxed) { self.idle } else { self.first_byte };
        Box::pin(HeadSleep {
            reads: self.traffic.reads(),
            traffic: Arc::clone(&self.traffic),
            headers: self.headers,
            began: false,
            sleep: Box::pin(tokio::time::sleep(silence)),
        })
    }
}

/// hyper uses the timer for the head timeout only; the duration it passes is [`Limits::headers`].
impl Timer for HeadTimer {
    fn sleep(&self, _duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.start()
    }

    fn sleep_until(&self, _deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.start()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, _new_deadline: Instant) {
        *sleep = self.start();
    }
}

/// Completes when a head has taken too long.
struct HeadSleep {
    traffic: Arc<Traffic>,
    /// The number of reads when the wait began.
    reads: u64,
    headers: Duration,
    /// Whether a byte has arrived since.
    began: bool,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl Sleep for HeadSleep {}

impl Future for HeadSleep {
    type Output = ();

    /// hyper polls this after each read that does not complete the head.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.began && self.traffic.reads() != self.reads {
            self.began = true;
            let deadline = tokio::time::Instant::now() + self.headers;
            self.sleep.as_mut().reset(deadline);
        }
        ready!(self.sleep.as_mut().poll(context));
        Poll::Ready(())
    }
}
