//! Organisers' passwords: argon2id on one thread of its own, so that a storm of sign-ins never delays a vote.

use std::cell::LazyCell;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::failure::{Failure, Refusal};
use crate::random;

/// The fewest characters of a password.
pub const SHORTEST: usize = 15;

/// The most bytes of a password: argon2 takes any length, a request should not.
const LONGEST: usize = 1024;

/// How many may wait for the thread; beyond that the service says that it is busy.
const QUEUE: usize = 64;

/// A password as it was given.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text as it is: no trimming, no rules of composition.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Refuses a new password that is short, or made of what everybody tries first.
    pub fn check_strength(&self, context: &[&str]) -> Result<(), Refusal> {
        let refuse = |code, detail: &str| Err(Refusal::invalid("/password", code, detail));
        if self.0.chars().count() < SHORTEST {
            return refuse("too-short", "a password has at least 15 characters; a sentence is a good one");
        }
        if self.0.len() > LONGEST {
            return refuse("too-long", "a password has at most 1,024 bytes");
        }
        if is_common(&self.0, context) {
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

/// What is left out when the strength is judged: the most common words, and those that this service suggests.
const COMMON_WORDS: &[&str] = &[
    "password",
    "passwort",
    "motdepasse",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefgh",
    "abcdef",
    "abc123",
    "abcd",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "sunshine",
    "princess",
    "changeme",
    "secret",
    "login",
    "master",
    "hello",
    "summer",
    "winter",
    "2024",
    "2025",
    "2026",
    "2027",
    "urna",
    "organiser",
    "organizer",
    "conference",
    "cluster",
    "ballot",
    "election",
    "voting",
];

/// Fewer than six characters remain without common words and the words of the context, or fewer than five differ.
fn is_common(password: &str, context: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    let context = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> = context.filter(|word| word.len() >= 4).map(str::to_lowercase).collect();
    words.extend(COMMON_WORDS.iter().map(|word| (*word).to_owned()));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, "");
    }
    let letters: Vec<char> = rest.chars().filter(|c| c.is_alphanumeric()).collect();
    let different: std::collections::BTreeSet<&char> = letters.iter().collect();
    letters.len() < 6 || different.len() < 5
}

enum Job {
    Hash { password: Password, done: oneshot::Sender<String> },
    Verify { password: Password, hash: Option<String>, done: oneshot::Sender<bool> },
}

/// The thread that hashes, one password after the other.
#[derive(Debug)]
pub(crate) struct Passwords {
    jobs: SyncSender<Job>,
}

impl Passwords {
    /// Starts the thread; it ends with the last sender.
    pub(crate) fn start() -> Self {
        let (jobs, queue) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("passwords".to_owned());
        thread.spawn(move || work(&queue)).expect("the operating system starts one more thread");
        Self { jobs }
    }

    /// The argon2id hash of a new password, in the PHC string format.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Failure> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Hash { password, done })?;
        answer.await.map_err(|_| Failure::Overloaded)
    }

    /// Whether the password is the one that was hashed. Without a hash the answer is no, after the same time.
    pub(crate) async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, Failure> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Verify { password, hash, done })?;
        answer.await.map_err(|_| Failure::Overloaded)
    }

    fn send(&self, job: Job) -> Result<(), Failure> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Failure::Overloaded,
        })
    }
}

fn hash(password: &[u8]) -> String {
    let salt: [u8; 16] = random::bytes();
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password, &salt)
        .expect("the default parameters and a salt of 16 bytes are valid");
    hash.to_string()
}

fn work(queue: &Receiver<Job>) {
    // Verified where no account is known, so that the answer takes as long. Not before it is needed: hashing leaves 19 MiB
    // behind that an instance without organisers signing in has no use for.
    let nobody = LazyCell::new(|| hash(b"nobody has this password"));
    while let Ok(job) = queue.recv() {
        match job {
            // A caller that is gone does not need the answer.
            Job::Hash { password, done } => {
                let _ = done.send(hash(password.0.as_bytes()));
            }
            Job::Verify { password, hash, done } => {
                let known = hash.is_some();
                // Made for the first password of all, known or not.
                let nobody: &String = &nobody;
                let hash = hash.unwrap_or_else(|| nobody.clone());
                let fits = PasswordHash::new(&hash)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok());
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
        assert!(passwords.verify(password(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(Password::new("another".to_owned()), Some(hash)).await.unwrap());
        assert!(!passwords.verify(password(), None).await.unwrap());
    }
}
