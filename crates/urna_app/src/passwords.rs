//! Organisers' passwords: argon2id on a thread of its own, so that a burst of sign-ins never delays a vote.

mod lanes;
mod strength;

use std::cell::LazyCell;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

pub(crate) use self::lanes::Lane;
use self::lanes::{Lanes, NoPlace};
use crate::failure::{Failure, Refusal};
use crate::random;

/// The fewest characters of a password.
pub const SHORTEST: usize = 15;

/// The most bytes of a password: argon2 takes any length, but a request should have a limit.
const LONGEST: usize = 1024;

/// A password as given.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text unchanged: no trimming, no rules of composition.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The form that is hashed and compared: NFKC, so that the same password matches however a keyboard encodes it
    /// (as RFC 8265, 4.2 demands).
    fn normal(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.nfkc().collect())
    }

    /// Refuses a new password that is short, or made of what attackers try first. `context` are texts around the
    /// account, such as its address and the names of conferences.
    pub fn check_strength(&self, context: &[&str]) -> Result<(), Refusal> {
        let normal = self.normal();
        let refuse = |code, detail: &str| Err(Refusal::invalid("/password", code, detail));
        if normal.chars().count() < SHORTEST {
            return refuse("too-short", "a password has at least 15 characters; a sentence is a good one");
        }
        if self.0.len() > LONGEST {
            return refuse("too-long", "a password has at most 1,024 bytes");
        }
        if strength::is_common(&normal, context) {
            return refuse(
                "too-common",
                "this is among the passwords that are tried first; choose a sentence of your own",
            );
        }
        Ok(())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

enum Job {
    Hash { password: Password, done: oneshot::Sender<String> },
    Verify { password: Password, hash: Option<String>, done: oneshot::Sender<bool> },
}

impl Job {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Hash { done, .. } => done.is_closed(),
            Self::Verify { done, .. } => done.is_closed(),
        }
    }
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<(Lanes<Job>, bool)>,
    changed: Condvar,
}

impl Queue {
    /// A poisoned lock is harmless: no change of the lanes can fail halfway.
    fn lock(&self) -> MutexGuard<'_, (Lanes<Job>, bool)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; `None` once the queue is closed.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            let (lanes, closed) = &mut *waiting;
            match lanes.pop() {
                Some(job) if job.is_abandoned() => {}
                Some(job) => return Some(job),
                None if *closed => return None,
                None => waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// The thread that hashes one password after the other.
pub(crate) struct Passwords {
    queue: Arc<Queue>,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(…)")
    }
}

impl Drop for Passwords {
    fn drop(&mut self) {
        self.queue.lock().1 = true;
        self.queue.changed.notify_one();
    }
}

impl Passwords {
    /// Starts the thread; it ends when this value is dropped.
    pub(crate) fn start() -> Self {
        let queue = Arc::new(Queue::default());
        let (thread, theirs) = (std::thread::Builder::new().name("passwords".to_owned()), Arc::clone(&queue));
        thread.spawn(move || work(&theirs)).expect("the operating system starts one more thread");
        Self { queue }
    }

    /// The argon2id hash of a new password, in the PHC string format.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Failure> {
        let (done, answer) = oneshot::channel();
        self.send(Lane::Known, Job::Hash { password, done })?;
        answer.await.map_err(|_| Failure::Overloaded)
    }

    /// Whether the password matches the hash. Without a hash the answer is no, after the same time.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`] if too many wait from the same network; [`Failure::Overloaded`] if too many
    /// wait in all.
    pub(crate) async fn verify(&self, lane: Lane, password: Password, hash: Option<String>) -> Result<bool, Failure> {
        let (done, answer) = oneshot::channel();
        self.send(lane, Job::Verify { password, hash, done })?;
        answer.await.map_err(|_| Failure::Overloaded)
    }

    fn send(&self, lane: Lane, job: Job) -> Result<(), Failure> {
        // Dropping the job that lost its place closes its channel, which tells its caller.
        let _gave_up = self.queue.lock().0.push(lane, job).map_err(|why| match why {
            NoPlace::LaneFull => Refusal::TooManyAttempts { retry_after: 1 }.into(),
            NoPlace::Full => Failure::Overloaded,
        })?;
        self.queue.changed.notify_one();
        Ok(())
    }
}

fn hash(password: &[u8]) -> String {
    let salt: [u8; 16] = random::bytes();
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password, &salt)
        .expect("the default parameters and a salt of 16 bytes are valid");
    hash.to_string()
}

fn work(queue: &Queue) {
    // Verified for unknown accounts, so that the answer takes as long. Made lazily: hashing leaves 19 MiB behind,
    // which an instance without organisers has no use for.
    let nobody = LazyCell::new(|| hash(b"nobody has this password"));
    while let Some(job) = queue.next() {
        match job {
            // The caller may be gone and not need the answer.
            Job::Hash { password, done } => {
                let _ = done.send(hash(password.normal().as_bytes()));
            }
            Job::Verify { password, hash, done } => {
                let known = hash.is_some();
                // Force it for the first password, known account or not, so that the time does not tell.
                let nobody: &String = &nobody;
                let hash = hash.unwrap_or_else(|| nobody.clone());
                let normal = password.normal();
                // Passwords hashed before NFKC was introduced may be encoded otherwise.
                let typed = Some(&password.0).filter(|typed| **typed != normal);
                let fits = |password: &str, hash: &PasswordHash| {
                    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
                };
                let fits = PasswordHash::new(&hash)
                    .is_ok_and(|hash| fits(&normal, &hash) || typed.is_some_and(|typed| fits(typed, &hash)));
                let _ = done.send(known && fits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_strong_and_what_everybody_tries_is_not() {
        let check = |text: &str| Password::new(text.to_owned()).check_strength(&["anna.nowak@cluster.example", "eccp"]);
        assert_eq!(check("the heron stands in cold water"), Ok(()));
        assert_eq!(check("zażółć gęślą jaźń"), Ok(()));
        for weak in [
            "short",
            "passwordpassword",
            "123456789012345",
            "aaaaaaaaaaaaaaaaaaaa",
            "annanowakcluster1",
            "urnaUrna2026Admin!",
        ] {
            assert!(check(weak).is_err(), "{weak}");
        }
        assert!(check(&"é".repeat(600)).is_err());
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_nobody_has_none() {
        let passwords = Passwords::start();
        let password = || Password::new("the heron stands in cold water".to_owned());
        let hash = passwords.hash(password()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(Lane::Known, password(), Some(hash.clone())).await.unwrap());
        let verify = async |typed: &str, hash: String| {
            passwords.verify(Lane::Known, Password::new(typed.to_owned()), Some(hash)).await.unwrap()
        };
        let spelt = passwords.hash(Password::new("zoe\u{308} sent ﬁve letters".to_owned())).await.unwrap();
        assert!(verify("zoë sent five letters", spelt.clone()).await, "one password, however a keyboard spells it");
        assert!(!verify("zoe sent five letters", spelt).await);
        assert!(
            verify("zoe\u{308} and her letters", super::hash("zoe\u{308} and her letters".as_bytes())).await,
            "from before"
        );
        assert!(!passwords.verify(Lane::Known, Password::new("another".to_owned()), Some(hash)).await.unwrap());
        assert!(!passwords.verify(Lane::Known, password(), None).await.unwrap());
    }
}
