//! The roll: attendees, their personal links and their sessions.

use urna_core::{
    Attendee, AttendeeId, AttendeeStatus, Category, ClaimedCategory, Conference, Country, Eligibility, Email, Language,
    PersonName, Timestamp, VerifiedBy,
};
use uuid::Uuid;

use crate::changes::Change;
use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError, unless_taken};
use crate::key::{Key, Stored};

/// An attendee and the conference whose roll they are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRoll {
    /// The attendee.
    pub attendee: Stored<Attendee>,
    /// The row of their conference.
    pub conference: Key<Conference>,
}

type Text = Option<String>;
type Row = (i64, i64, Uuid, Text, String, Text, Text, Text, Text, Text, Text, String, Text, i64);

macro_rules! columns {
    ($sql:literal) => {
        concat!(
            "select a.id, a.conference_id, a.uuid, a.email, a.name, a.organisation, a.country, a.category, a.claimed_category, \
             a.language, \
             a.external_id, a.status, a.verified_by, a.link_generation from attendees a ",
            $sql
        )
    };
}

fn on_roll(row: Row) -> Result<OnRoll, StoreError> {
    let (
        number,
        conference,
        uuid,
        email,
        name,
        organisation,
        country,
        category,
        claimed,
        language,
        external_id,
        status,
        verified_by,
        link,
    ) = row;
    let ground = |name: &str| VerifiedBy::parse(name).or_corrupt("attendees.verified_by");
    let value = Attendee {
        id: AttendeeId::new(uuid),
        email: email.as_deref().map(Email::canonical).transpose().or_corrupt("attendees.email")?,
        name: PersonName::from_stored(name),
        organisation,
        country: country.as_deref().map(Country::parse).transpose().or_corrupt("attendees.country")?,
        category: category.as_deref().map(Category::parse).transpose().or_corrupt("attendees.category")?,
        claimed_category: claimed
            .as_deref()
            .map(Category::parse)
            .transpose()
            .or_corrupt("attendees.claimed_category")?
            .map(ClaimedCategory::new),
        language: language.as_deref().map(Language::parse).transpose().or_corrupt("attendees.language")?,
        external_id,
        status: AttendeeStatus::parse(&status).or_corrupt("attendees.status")?,
        verified_by: verified_by.as_deref().map(ground).transpose()?,
        link_generation: u32::try_from(link).or_corrupt("attendees.link_generation")?,
    };
    Ok(OnRoll { attendee: Stored { key: Key::new(number), value }, conference: Key::new(conference) })
}

/// Puts a person on a roll, with the hash of their first personal link.
///
/// `None` if the address or the external id is already on that roll.
pub async fn insert_attendee(
    tx: &mut Tx,
    conference: Key<Conference>,
    attendee: &Attendee,
    link_hash: &[u8; 32],
) -> Result<Option<Key<Attendee>>, StoreError> {
    const SQL: &str = "insert into attendees (conference_id, uuid, email, name, organisation, country, category, \
                       claimed_category, language, external_id, status, verified_by, link_generation) \
                       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning id";
    let row = fetch_optional!(
        tx,
        (i64,),
        SQL,
        conference.number(),
        attendee.id.uuid(),
        attendee.email.as_ref().map(Email::as_str),
        attendee.name.as_str(),
        attendee.organisation.as_deref(),
        attendee.country.as_ref().map(Country::as_str),
        attendee.category.as_ref().map(Category::as_str),
        attendee.claimed_category.as_ref().map(ClaimedCategory::as_str),
        attendee.language.as_ref().map(Language::as_str),
        attendee.external_id.as_deref(),
        attendee.status.as_str(),
        attendee.verified_by.map(VerifiedBy::as_str),
        i64::from(attendee.link_generation)
    )?;
    let Some((number,)) = row else {
        return Ok(None);
    };
    let key = Key::new(number);
    insert_personal_link(tx, key, attendee.link_generation, link_hash).await?;
    Ok(Some(key))
}

/// Replaces all but the id and the personal link; `false` if somebody else has the address or the external id.
pub async fn set_attendee(tx: &mut Tx, attendee: &Stored<Attendee>) -> Result<bool, StoreError> {
    const TAKEN: &str = "select 1 from attendees a join attendees b on b.conference_id = a.conference_id and b.id <> a.id \
                         where a.id = $1 and (b.email = $2 or b.external_id = $3) limit 1";
    const SQL: &str = "update attendees set email = $2, name = $3, organisation = $4, country = $5, category = $6, \
                       claimed_category = $7, language = $8, external_id = $9, status = $10, verified_by = $11 \
                       where id = $1";
    tx.change(Change::Attendee(attendee.key));
    let number = attendee.key.number();
    let email = attendee.email.as_ref().map(Email::as_str);
    let external_id = attendee.external_id.as_deref();
    if on_engine!(tx, conn => sqlx::query(TAKEN).bind(number).bind(email).bind(external_id).fetch_optional(conn).await
        .map(|row| row.is_some()))?
    {
        return Ok(false);
    }
    unless_taken(execute!(
        tx,
        SQL,
        number,
        email,
        attendee.name.as_str(),
        attendee.organisation.as_deref(),
        attendee.country.as_ref().map(Country::as_str),
        attendee.category.as_ref().map(Category::as_str),
        attendee.claimed_category.as_ref().map(ClaimedCategory::as_str),
        attendee.language.as_ref().map(Language::as_str),
        external_id,
        attendee.status.as_str(),
        attendee.verified_by.map(VerifiedBy::as_str)
    ))
}

/// Locks the attendee's row for the rest of the transaction, so that changes of one person follow each other.
pub async fn lock_attendee(tx: &mut Tx, key: Key<Attendee>) -> Result<bool, StoreError> {
    Ok(execute!(tx, "update attendees set status = status where id = $1", key.number())? == 1)
}

/// The attendee with this id.
pub async fn find_attendee(tx: &mut Tx, id: AttendeeId) -> Result<Option<OnRoll>, StoreError> {
    fetch_optional!(tx, Row, columns!("where a.uuid = $1"), id.uuid())?.map(on_roll).transpose()
}

/// The attendee that another row refers to, if it still exists.
pub async fn find_attendee_by_key(tx: &mut Tx, key: Key<Attendee>) -> Result<Option<OnRoll>, StoreError> {
    fetch_optional!(tx, Row, columns!("where a.id = $1"), key.number())?.map(on_roll).transpose()
}

/// The attendee of this conference with this address.
pub async fn find_attendee_by_email(
    tx: &mut Tx,
    conference: Key<Conference>,
    email: &Email,
) -> Result<Option<OnRoll>, StoreError> {
    let sql = columns!("where a.conference_id = $1 and a.email = $2");
    fetch_optional!(tx, Row, sql, conference.number(), email.as_str())?.map(on_roll).transpose()
}

/// A conference's roll in the order of arrival, starting after the attendee `after`; at most `limit`.
pub async fn list_attendees(
    tx: &mut Tx,
    conference: Key<Conference>,
    after: Option<AttendeeId>,
    limit: u32,
) -> Result<Vec<OnRoll>, StoreError> {
    let sql = columns!(
        "where a.conference_id = $1 and a.id > coalesce((select id from attendees where uuid = $2), 0) \
         order by a.id limit $3"
    );
    let rows = fetch_all!(tx, Row, sql, conference.number(), after.map(AttendeeId::uuid), i64::from(limit))?;
    rows.into_iter().map(on_roll).collect()
}

/// Erases a person: the row, their links, sessions and mails. Participations in ended ballots stay as numbers.
pub async fn delete_attendee(tx: &mut Tx, key: Key<Attendee>) -> Result<(), StoreError> {
    tx.change(Change::Attendee(key));
    execute!(tx, "delete from attendees where id = $1", key.number())?;
    Ok(())
}

/// Counts the people on a roll who could vote under this eligibility: verified, and in an admitted group.
pub async fn count_admitted(
    tx: &mut Tx,
    conference: Key<Conference>,
    eligibility: &Eligibility,
) -> Result<u64, StoreError> {
    const SQL: &str = "select category, count(*) from attendees where conference_id = $1 and status = 'verified' \
                       group by category";
    let groups = fetch_all!(tx, (Text, i64), SQL, conference.number())?;
    let mut admitted = 0;
    for (category, count) in groups {
        let category = category.as_deref().map(Category::parse).transpose().or_corrupt("attendees.category")?;
        if eligibility.admits(AttendeeStatus::Verified, category.as_ref()).is_ok() {
            admitted += u64::try_from(count).or_corrupt("count(*)")?;
        }
    }
    Ok(admitted)
}

/// Counts the people on a roll who claim a group that this eligibility admits, and whose claim nobody has confirmed.
/// Barred people do not count.
pub async fn count_claims(
    tx: &mut Tx,
    conference: Key<Conference>,
    eligibility: &Eligibility,
) -> Result<u64, StoreError> {
    const SQL: &str = "select claimed_category, count(*) from attendees where conference_id = $1 \
                       and category is null and claimed_category is not null and status <> 'blocked' \
                       group by claimed_category";
    let mut claims = 0;
    for (claimed, count) in fetch_all!(tx, (String, i64), SQL, conference.number())? {
        let claimed = Category::parse(&claimed).or_corrupt("attendees.claimed_category")?;
        if eligibility.asks_for(&ClaimedCategory::new(claimed)) {
            claims += u64::try_from(count).or_corrupt("count(*)")?;
        }
    }
    Ok(claims)
}

/// Stores the hash of a personal link. Every link ever issued stays known.
pub async fn insert_personal_link(
    tx: &mut Tx,
    attendee: Key<Attendee>,
    generation: u32,
    token_hash: &[u8; 32],
) -> Result<(), StoreError> {
    const SQL: &str = "insert into personal_links (token_hash, attendee_id, generation) values ($1, $2, $3)";
    execute!(tx, SQL, token_hash.as_slice(), attendee.number(), i64::from(generation))?;
    Ok(())
}

/// Makes a generation of an attendee's personal link the valid one.
pub async fn set_link_generation(tx: &mut Tx, attendee: Key<Attendee>, generation: u32) -> Result<(), StoreError> {
    tx.change(Change::Attendee(attendee));
    let sql = "update attendees set link_generation = $2 where id = $1";
    execute!(tx, sql, attendee.number(), i64::from(generation))?;
    Ok(())
}

/// The holder of this personal link, and the link's generation.
pub async fn find_personal_link(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<(OnRoll, u32)>, StoreError> {
    const SQL: &str = "select attendee_id, generation from personal_links where token_hash = $1";
    let Some((attendee, generation)) = fetch_optional!(tx, (i64, i64), SQL, token_hash.as_slice())? else {
        return Ok(None);
    };
    let generation = u32::try_from(generation).or_corrupt("personal_links.generation")?;
    let on_roll = find_attendee_by_key(tx, Key::new(attendee)).await?;
    Ok(on_roll.map(|on_roll| (on_roll, generation)))
}

/// Begins a session under the SHA-256 of its token.
pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    attendee: Key<Attendee>,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into attendee_sessions (token_hash, attendee_id, expires_at) values ($1, $2, $3)";
    execute!(tx, SQL, token_hash.as_slice(), attendee.number(), expires_at.as_micros())?;
    Ok(())
}

/// The holder of this session, and when it ends; the caller checks whether it has ended.
pub async fn find_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<(OnRoll, Timestamp)>, StoreError> {
    const SQL: &str = "select attendee_id, expires_at from attendee_sessions where token_hash = $1";
    let Some((attendee, expires_at)) = fetch_optional!(tx, (i64, i64), SQL, token_hash.as_slice())? else {
        return Ok(None);
    };
    let expires_at = Timestamp::from_micros(expires_at).or_corrupt("attendee_sessions.expires_at")?;
    Ok(find_attendee_by_key(tx, Key::new(attendee)).await?.map(|on_roll| (on_roll, expires_at)))
}

/// The sessions of an attendee, oldest first: the hash of each one's token, and when it ends.
pub async fn list_sessions(tx: &mut Tx, attendee: Key<Attendee>) -> Result<Vec<([u8; 32], Timestamp)>, StoreError> {
    const SQL: &str = "select token_hash, expires_at from attendee_sessions where attendee_id = $1 \
                       order by expires_at, token_hash";
    let rows = fetch_all!(tx, (Vec<u8>, i64), SQL, attendee.number())?;
    rows.into_iter()
        .map(|(token_hash, expires_at)| {
            let token_hash = token_hash.try_into().or_corrupt("attendee_sessions.token_hash")?;
            Ok((token_hash, Timestamp::from_micros(expires_at).or_corrupt("attendee_sessions.expires_at")?))
        })
        .collect()
}

/// Ends all but the newest `keep` sessions of an attendee; returns how many it ended. Call it at each sign-in, so
/// that there are never many to read.
pub async fn delete_oldest_sessions(tx: &mut Tx, attendee: Key<Attendee>, keep: u32) -> Result<u64, StoreError> {
    const SQL: &str = "delete from attendee_sessions where attendee_id = $1 and token_hash not in \
                       (select token_hash from attendee_sessions where attendee_id = $1 \
                       order by expires_at desc, token_hash limit $2)";
    let ended = execute!(tx, SQL, attendee.number(), i64::from(keep))?;
    if ended > 0 {
        tx.change(Change::Attendee(attendee));
    }
    Ok(ended)
}

/// Ends a session.
pub async fn delete_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    const SQL: &str = "delete from attendee_sessions where token_hash = $1 returning attendee_id";
    if let Some((attendee,)) = fetch_optional!(tx, (i64,), SQL, token_hash.as_slice())? {
        tx.change(Change::Attendee(Key::new(attendee)));
    }
    Ok(())
}

/// Ends every session of an attendee.
pub async fn delete_sessions_of(tx: &mut Tx, attendee: Key<Attendee>) -> Result<(), StoreError> {
    tx.change(Change::Attendee(attendee));
    execute!(tx, "delete from attendee_sessions where attendee_id = $1", attendee.number())?;
    Ok(())
}

/// Deletes the sessions that ended before `now`.
pub async fn delete_expired_sessions(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, "delete from attendee_sessions where expires_at <= $1", now.as_micros())
}
