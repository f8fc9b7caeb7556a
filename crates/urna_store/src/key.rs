//! Row numbers: the dense numbers by which rows refer to each other inside the database. The API knows only UUIDs.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

/// The number of a row that holds a `T`.
pub struct Key<T>(i64, PhantomData<fn() -> T>);

impl<T> Key<T> {
    pub(crate) const fn new(number: i64) -> Self {
        Self(number, PhantomData)
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Key<T> {}

impl<T> Hash for Key<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0)
    }
}

/// A `T` and the number of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// The number of the row.
    pub key: Key<T>,
    /// The content of the row.
    pub value: T,
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Display for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
