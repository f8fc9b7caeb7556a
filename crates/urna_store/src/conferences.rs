//! Conferences.

use urna_core::conference::Voting;
use urna_core::{Conference, ConferenceId, Language, Registration, Sha256Hash, Slug, Timestamp, ZoneName};
use uuid::Uuid;

use crate::changes::Change;
use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError, unless_taken};
use crate::key::{Key, Stored};

type Row = (i64, Uuid, String, String, String, String, String, String, String, String, Option<String>, Option<Vec<u8>>);

macro_rules! columns {
    ($sql:literal) => {
        concat!(
            "select c.id, c.uuid, c.slug, c.name, c.starts_on, c.ends_on, c.time_zone, c.languages, c.registration, \
             c.listed_domains, c.accent, l.sha256 from conferences c left join logos l on l.conference_id = c.id ",
            $sql
        )
    };
}

fn hash(bytes: Vec<u8>) -> Result<Sha256Hash, StoreError> {
    bytes.try_into().map(Sha256Hash::new).or_corrupt("logos.sha256")
}

fn conference(row: Row) -> Result<Stored<Conference>, StoreError> {
    let (
        number,
        uuid,
        slug,
        name,
        starts_on,
        ends_on,
        time_zone,
        languages,
        registration,
        listed_domains,
        accent,
        logo,
    ) = row;
    let value = Conference {
        id: ConferenceId::new(uuid),
        slug: Slug::parse(&slug).or_corrupt("conferences.slug")?,
        name,
        starts_on: starts_on.parse().or_corrupt("conferences.starts_on")?,
        ends_on: ends_on.parse().or_corrupt("conferences.ends_on")?,
        time_zone: ZoneName::parse(&time_zone).or_corrupt("conferences.time_zone")?,
        languages: serde_json::from_str::<Vec<Language>>(&languages).or_corrupt("conferences.languages")?,
        registration: Registration::parse(&registration).or_corrupt("conferences.registration")?,
        listed_domains: serde_json::from_str(&listed_domains).or_corrupt("conferences.listed_domains")?,
        accent: accent.as_deref().map(str::parse).transpose().or_corrupt("conferences.accent")?,
        logo: logo.map(hash).transpose()?,
    };
    Ok(Stored { key: Key::new(number), value })
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).or_corrupt("json")
}

/// Adds a conference; `false` if the slug is taken.
pub async fn insert_conference(tx: &mut Tx, conference: &Conference) -> Result<bool, StoreError> {
    const SQL: &str = "insert into conferences (uuid, slug, name, starts_on, ends_on, time_zone, languages, \
                       registration, listed_domains, accent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                       on conflict do nothing";
    tx.change(Change::Public);
    let added = execute!(
        tx,
        SQL,
        conference.id.uuid(),
        conference.slug.as_str(),
        conference.name.as_str(),
        conference.starts_on.to_string(),
        conference.ends_on.to_string(),
        conference.time_zone.as_str(),
        json(&conference.languages)?,
        conference.registration.as_str(),
        json(&conference.listed_domains)?,
        conference.accent.map(|accent| accent.to_string())
    )?;
    Ok(added == 1)
}

/// Replaces everything about a conference but its id and logo; `false` if another one has the slug.
pub async fn set_conference(tx: &mut Tx, conference: &Stored<Conference>) -> Result<bool, StoreError> {
    const SQL: &str = "update conferences set slug = $2, name = $3, starts_on = $4, ends_on = $5, time_zone = $6, \
                       languages = $7, registration = $8, listed_domains = $9, accent = $10 where id = $1 \
                       and not exists (select 1 from conferences c where c.slug = $2 and c.id <> $1)";
    tx.change(Change::Everything);
    unless_taken(execute!(
        tx,
        SQL,
        conference.key.number(),
        conference.slug.as_str(),
        conference.name.as_str(),
        conference.starts_on.to_string(),
        conference.ends_on.to_string(),
        conference.time_zone.as_str(),
        json(&conference.languages)?,
        conference.registration.as_str(),
        json(&conference.listed_domains)?,
        conference.accent.map(|accent| accent.to_string())
    ))
}

/// Locks the conference's row for the rest of the transaction: opening a ballot waits for erasing or barring a
/// person, and the other way round.
pub async fn lock_conference(tx: &mut Tx, key: Key<Conference>) -> Result<(), StoreError> {
    execute!(tx, "update conferences set name = name where id = $1", key.number())?;
    Ok(())
}

/// The conference with this slug.
pub async fn find_conference(tx: &mut Tx, slug: &Slug) -> Result<Option<Stored<Conference>>, StoreError> {
    const SQL: &str = columns!("where c.slug = $1");
    fetch_optional!(tx, Row, SQL, slug.as_str())?.map(conference).transpose()
}

/// The conference with this id.
pub async fn find_conference_by_id(tx: &mut Tx, id: ConferenceId) -> Result<Option<Stored<Conference>>, StoreError> {
    const SQL: &str = columns!("where c.uuid = $1");
    fetch_optional!(tx, Row, SQL, id.uuid())?.map(conference).transpose()
}

/// The conference that another row refers to.
pub async fn get_conference(tx: &mut Tx, key: Key<Conference>) -> Result<Stored<Conference>, StoreError> {
    const SQL: &str = columns!("where c.id = $1");
    conference(fetch_one!(tx, Row, SQL, key.number())?)
}

/// Conferences, latest first, starting after `after`; at most `limit`.
pub async fn list_conferences(
    tx: &mut Tx,
    after: Option<ConferenceId>,
    limit: u32,
) -> Result<Vec<Stored<Conference>>, StoreError> {
    const SQL: &str = columns!(
        "where c.id < coalesce((select id from conferences where uuid = $1), 9223372036854775807) \
         order by c.id desc limit $2"
    );
    let rows = fetch_all!(tx, Row, SQL, after.map(ConferenceId::uuid), i64::from(limit))?;
    rows.into_iter().map(conference).collect()
}

/// When the voting of a conference ends, over its announced and running ballots. A ballot whose closing time has
/// come is over, even if nothing has closed it yet.
pub async fn find_voting(tx: &mut Tx, key: Key<Conference>, now: Timestamp) -> Result<Voting, StoreError> {
    const SQL: &str = "select count(*), count(closes_at), max(closes_at) from ballots where conference_id = $1 \
                       and state in ('ready', 'open', 'paused') and (closes_at is null or closes_at > $2)";
    let (all, timed, last) = fetch_one!(tx, (i64, i64, Option<i64>), SQL, key.number(), now.as_micros())?;
    Ok(match last.map(Timestamp::from_micros).transpose().or_corrupt("ballots.closes_at")? {
        _ if all > timed => Voting::Open,
        Some(closes_at) => Voting::Until(closes_at),
        None => Voting::Over,
    })
}

/// An image, as sent to browsers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// For example `image/png`.
    pub media_type: String,
    /// The content of the file.
    pub image: Vec<u8>,
}

/// Sets a conference's logo, replacing any earlier one.
pub async fn set_logo(tx: &mut Tx, key: Key<Conference>, logo: &Logo) -> Result<(), StoreError> {
    const SQL: &str = "insert into logos (conference_id, sha256, media_type, image) values ($1, $2, $3, $4) \
                       on conflict (conference_id) do update set sha256 = excluded.sha256, \
                       media_type = excluded.media_type, image = excluded.image";
    tx.change(Change::Everything);
    let hash = Sha256Hash::of(&logo.image);
    execute!(tx, SQL, key.number(), hash.as_bytes().as_slice(), logo.media_type.as_str(), logo.image.as_slice())?;
    Ok(())
}

/// Removes a conference's logo.
pub async fn delete_logo(tx: &mut Tx, key: Key<Conference>) -> Result<(), StoreError> {
    tx.change(Change::Everything);
    execute!(tx, "delete from logos where conference_id = $1", key.number())?;
    Ok(())
}

/// The logo with this hash, of any conference.
pub async fn find_logo(tx: &mut Tx, hash: &Sha256Hash) -> Result<Option<Logo>, StoreError> {
    const SQL: &str = "select media_type, image from logos where sha256 = $1";
    let row = fetch_optional!(tx, (String, Vec<u8>), SQL, hash.as_bytes().as_slice())?;
    Ok(row.map(|(media_type, image)| Logo { media_type, image }))
}
