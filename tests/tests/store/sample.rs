//! The sample data of the suite.

use urna_core::sealed_vote::Slot;
use urna_core::{
    Attendee, AttendeeId, AttendeeStatus, Ballot, BallotId, Candidate, CandidateId, Category, Commitment, Conference,
    ConferenceId, Definition, Disclosure, Eligibility, Email, Kind, LocalText, Manifest, Method, Nonce, OrganiserId,
    PersonName, ReceiptCode, Registration, Role, Schedule, Slug, State, TieRule, Timestamp, TrackerHash, VerifiedBy,
    ZoneName,
};
use urna_store::ballot_box::BoxVote;
use urna_store::organisers::Organiser;
use urna_store::{
    BallotLock, CastLock, Exclusive, Key, LockClock, Shared, Stored, Tx, attendees, ballots, casts, conferences, lock,
};
use uuid::Uuid;

/// A time: seconds into the year 2026.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let new_year: Timestamp = "2026-01-01T00:00:00.000001Z".parse().unwrap();
    new_year.plus_seconds(seconds)
}

pub(crate) const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A hash for the `number`-th token; ascending with it.
pub(crate) fn hash(number: u32) -> [u8; 32] {
    let mut hash = [0xa5; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub(crate) fn category(text: &str) -> Category {
    Category::parse(text).unwrap()
}

pub(crate) fn organiser(number: u128, address: &str, role: Role) -> Organiser {
    Organiser { id: OrganiserId::new(uuid(number)), email: email(address), role, created_at: at(5), disabled_at: None }
}

pub(crate) fn conference(number: u128, name: &str) -> Conference {
    Conference {
        id: ConferenceId::new(uuid(number)),
        slug: slug(name),
        name: "European Cluster Conference — Évora".to_owned(),
        starts_on: "2026-11-22".parse().unwrap(),
        ends_on: "2026-11-24".parse().unwrap(),
        time_zone: ZoneName::parse("Europe/Brussels").unwrap(),
        languages: vec!["en".to_owned().try_into().unwrap(), "pt-BR".to_owned().try_into().unwrap()],
        registration: Registration::ListedDomains,
        listed_domains: vec!["clusters.example".to_owned(), "xn--bcher-kva.example".to_owned()],
        accent: Some("#0a5b0f".parse().unwrap()),
        logo: None,
    }
}

/// A verified attendee with an address and no other data.
pub(crate) fn attendee(number: u128) -> Attendee {
    Attendee {
        id: AttendeeId::new(uuid(number)),
        email: Some(email(&format!("attendee-{number}@example.org"))),
        name: PersonName::parse(&format!("Attendee {number}")).unwrap(),
        organisation: None,
        country: None,
        category: None,
        claimed_category: None,
        language: None,
        external_id: None,
        status: AttendeeStatus::Verified,
        verified_by: Some(VerifiedBy::Organiser),
        link_generation: 1,
    }
}

pub(crate) fn candidate(number: u128) -> CandidateId {
    CandidateId::new(uuid(0xca_0000 + number))
}

pub(crate) fn definition(categories: Option<&[&str]>) -> Definition {
    let text = |text: &str| LocalText::One(text.to_owned());
    let candidate = |number| Candidate {
        id: candidate(number),
        name: text(&format!("Finalist № {number}")),
        organisation: Some("Cluster Ø".to_owned()),
        country: None,
        biography: None,
        website: None,
        portrait: None,
    };
    Definition {
        title: text("European Cluster Manager of the Year"),
        question: text("Who is it to be?"),
        original_language: None,
        kind: Kind::Award,
        method: Method::PLURALITY,
        candidates: vec![candidate(1), candidate(2), candidate(3)],
        allow_blank: true,
        eligibility: eligibility(categories),
        tie_rule: TieRule::Lot {},
        disclosure: Disclosure::Full,
    }
}

pub(crate) fn eligibility(categories: Option<&[&str]>) -> Eligibility {
    Eligibility { categories: categories.map(|names| names.iter().map(|name| category(name)).collect()) }
}

/// A draft of the conference `conference`.
pub(crate) fn ballot(number: u128, conference: ConferenceId, name: &str) -> Ballot {
    Ballot {
        id: BallotId::new(uuid(number)),
        conference,
        slug: slug(name),
        definition: definition(None).into(),
        schedule: Schedule::default(),
        state: State::Draft,
    }
}

pub(crate) fn frozen(ballot: &Ballot) -> urna_core::Frozen {
    Manifest::freeze(ballot.id, &ballot.definition).into()
}

/// The `number`-th sealed vote; commitments ascend with the number, codes descend.
pub(crate) fn box_vote(number: u32) -> BoxVote {
    BoxVote {
        commitment: Commitment::new(hash(number)),
        code: code(u64::from(u32::MAX - number)),
        tracker: TrackerHash::new(hash(number ^ 0x5555)),
        nonce: Nonce::new(hash(number ^ 0xaaaa)),
        choice: vec![1, 0, 1, 0, u8::try_from(number % 3).unwrap(), 0, 1],
    }
}

pub(crate) fn code(number: u64) -> ReceiptCode {
    ReceiptCode::from_stored(number).unwrap()
}

/// Puts a conference into the database.
pub(crate) async fn put_conference(tx: &mut Tx, number: u128, name: &str) -> Stored<Conference> {
    let conference = conference(number, name);
    assert!(conferences::insert_conference(tx, &conference).await.unwrap());
    conferences::find_conference_by_id(tx, conference.id).await.unwrap().unwrap()
}

/// Puts an attendee on a roll; the hash of their link is `hash(number)`.
pub(crate) async fn put_attendee(tx: &mut Tx, conference: &Stored<Conference>, attendee: &Attendee) -> Key<Attendee> {
    let number = u32::try_from(attendee.id.uuid().as_u128()).unwrap();
    attendees::insert_attendee(tx, conference.key, attendee, &hash(number)).await.unwrap().unwrap()
}

/// Puts a draft into the database.
pub(crate) async fn put_ballot(tx: &mut Tx, conference: &Stored<Conference>, number: u128, name: &str) -> Key<Ballot> {
    let ballot = ballot(number, conference.id, name);
    assert!(ballots::insert_ballot(tx, conference.key, &ballot).await.unwrap());
    ballots::find_ballot_key(tx, ballot.id).await.unwrap().unwrap()
}

/// The exclusive lock at a given time.
pub(crate) async fn locked(tx: &mut Tx, ballot: Key<Ballot>, now: Timestamp) -> BallotLock<Exclusive> {
    lock::lock_for_change(tx, ballot, LockClock::Given(now)).await.unwrap()
}

/// The shared lock at a given time.
pub(crate) async fn shared(tx: &mut Tx, ballot: Key<Ballot>) -> CastLock {
    lock::lock_for_cast(tx, ballot, LockClock::Given(at(0))).await.unwrap()
}

/// Records that an attendee takes part, without a vote.
pub(crate) async fn take_part(tx: &mut Tx, lock: &BallotLock<Shared>, attendee: Key<Attendee>) -> bool {
    casts::insert_votes(tx, lock, &mut [attendee], &mut []).await.unwrap()
}

/// Puts a vote into the inbox, without a participation.
pub(crate) async fn put_into_inbox(tx: &mut Tx, lock: &BallotLock<Shared>, slot: Slot, sealed: &[u8]) -> bool {
    casts::insert_votes(tx, lock, &mut [], &mut [(slot, sealed.to_vec())]).await.unwrap()
}

/// Puts a ballot into a state.
pub(crate) async fn put_state(tx: &mut Tx, ballot: Key<Ballot>, state: State) {
    let lock = locked(tx, ballot, at(0)).await;
    ballots::set_state(tx, &lock, &state).await.unwrap();
}
