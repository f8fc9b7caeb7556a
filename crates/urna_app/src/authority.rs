//! Permissions as types: a use case that takes `&Authority<Manage>` cannot be called for an observer.

use std::marker::PhantomData;

use urna_core::audit::Actor;
use urna_core::{OrganiserId, Role};

/// A set of actions permitted from one role on.
pub trait Permission {
    /// The lowest role with the permission.
    const ROLE: Role;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $role:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Permission for $name {
            const ROLE: Role = Role::$role;
        }
    )*};
}

permissions! {
    /// Read everything but addresses.
    Observe = Observer;
    /// Add and help attendees.
    HelpAttendees = Desk;
    /// Run conferences and ballots.
    Manage = Organiser;
    /// Appoint organisers.
    Appoint = Owner;
}

/// Proof that somebody has the permission `P`.
#[derive(Debug, Clone, Copy)]
pub struct Authority<P> {
    actor: Actor,
    role: Role,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Authority<P> {
    /// The authority of an organiser, if their role suffices.
    #[must_use]
    pub fn of(organiser: OrganiserId, role: Role) -> Option<Self> {
        (role >= P::ROLE).then_some(Self { actor: Actor::Organiser(organiser), role, permission: PhantomData })
    }

    /// The authority of a person with a shell on the server, who could change the database itself.
    #[must_use]
    pub const fn host() -> Self {
        Self { actor: Actor::Host, role: Role::Owner, permission: PhantomData }
    }

    /// The authority of the service itself, for scheduled steps.
    pub(crate) const fn schedule() -> Self {
        Self { actor: Actor::Schedule, role: Role::Owner, permission: PhantomData }
    }

    /// The actor, for the audit log.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// The role that the authority comes from.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }
}
