//! Adds many people directly to the roll: a test about votes need not make a thousand sign-ins.

use urna_core::keys::{Keys, MasterSecret, Token};
use urna_core::{Attendee, AttendeeId, AttendeeStatus, PersonName, Slug, VerifiedBy};
use urna_store::attendees::{insert_attendee, insert_session};
use urna_store::conferences::find_conference;

use super::people::Voter;
use super::{SECRET, World};

impl World {
    /// Adds this many verified people to a roll, each with a session.
    ///
    /// # Panics
    /// If there is no such conference.
    pub async fn crowd(&self, conference: &str, count: usize) -> Vec<Voter> {
        self.people_of_status(conference, AttendeeStatus::Verified, count).await
    }

    /// Adds somebody with this status to a roll, with a session. Through the interface no merely registered person can
    /// sign in: using the personal link proves the mailbox.
    ///
    /// # Panics
    /// If there is no such conference.
    pub async fn somebody(&self, conference: &str, status: AttendeeStatus) -> Voter {
        self.people_of_status(conference, status, 1).await.remove(0)
    }

    async fn people_of_status(&self, conference: &str, status: AttendeeStatus, count: usize) -> Vec<Voter> {
        let slug = Slug::parse(conference).expect("the slug is one");
        let links = Keys::derive(&MasterSecret::new(SECRET)).link;
        let tomorrow = self.now().plus_seconds(24 * 3600);
        let mut people = Vec::with_capacity(count);
        let mut tx = self.db.db().write().await.expect("a test's transaction begins");
        let conference = find_conference(&mut tx, &slug).await.expect("the database answers");
        let conference = conference.expect("the conference is there").key;
        for number in 1..=count {
            let attendee = Attendee {
                id: AttendeeId::new(self.app().new_id()),
                email: None,
                name: PersonName::parse(&format!("Attendee {number}")).expect("the name is one"),
                organisation: None,
                country: None,
                category: None,
                claimed_category: None,
                language: None,
                external_id: None,
                status,
                verified_by: (status == AttendeeStatus::Verified).then_some(VerifiedBy::Organiser),
                link_generation: 1,
            };
            let (link, token) = (links.token(attendee.id, 1), Token::new(urna_app::random::bytes()));
            let key = insert_attendee(&mut tx, conference, &attendee, &link.hash()).await;
            let key = key.expect("the database answers").expect("the person is new");
            insert_session(&mut tx, &token.hash(), key, tomorrow).await.expect("the database answers");
            let api = self.api().with_token(&token.reveal());
            people.push(Voter { api, id: attendee.id.to_string(), link: link.reveal() });
        }
        tx.commit().await.expect("a test's transaction commits");
        people
    }
}
