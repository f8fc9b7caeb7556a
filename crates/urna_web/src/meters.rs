//! The counters and timings of requests, for metrics.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::StatusCode;
use metrics::{Counter, Histogram};

/// The meter of one kind of answer: a method, a route's template and a status.
#[derive(Debug)]
pub(crate) struct Meter {
    requests: Counter,
    seconds: Histogram,
}

impl Meter {
    /// Counts an answer and records its duration.
    pub(crate) fn record(&self, seconds: f64) {
        self.requests.increment(1);
        self.seconds.record(seconds);
    }
}

/// A method and a status.
type Kind = (&'static str, StatusCode);

/// The meters of one kind, by route.
type Routes = HashMap<String, Arc<Meter>>;

/// The meters in use: one for each route, method and status that occur together, which are a few hundred.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meters(Arc<RwLock<HashMap<Kind, Routes>>>);

impl Meters {
    /// Returns the meter of this kind of answer.
    pub(crate) fn of(&self, method: &'static str, route: &str, status: StatusCode) -> Arc<Meter> {
        let kind = (method, status);
        let meters = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = meters.get(&kind).and_then(|routes| routes.get(route)) {
            return Arc::clone(meter);
        }
        drop(meters);
        let labels =
            [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.as_str().to_owned())];
        let meter = Arc::new(Meter {
            requests: metrics::counter!("urna_http_requests_total", &labels),
            seconds: metrics::histogram!("urna_http_request_seconds", &labels),
        });
        let mut meters = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(meters.entry(kind).or_default().entry(route.to_owned()).or_insert(meter))
    }
}
