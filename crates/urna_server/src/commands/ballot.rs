//! `urna ballot`: opens, closes and publishes ballots from the host, when the pages are out of reach.
//!
//! On SQLite this works on the database file directly, even while a server uses it; see [`instance::open`].

use std::collections::BTreeMap;

use serde_json::json;
use urna_app::authority::Manage;
use urna_app::ballots::Wanted;
use urna_app::{App, Authority};
use urna_core::{Ballot, BallotId, Conference, ConferenceId, StateName};

use crate::command_line::BallotCommand;
use crate::exit::Stop;
use crate::instance;
use crate::output::{Output, columns};
use crate::settings::Settings;

/// The page size of requests.
const PAGE: u32 = 200;

pub(super) async fn run(settings: &Settings, command: BallotCommand, output: &Output) -> Result<(), Stop> {
    let app = instance::open(settings).await?;
    let outcome = match command {
        BallotCommand::List => list(&app, output).await,
        BallotCommand::Open { id, accept_recognisable_rankings } => {
            let accepts_recognisable = accept_recognisable_rankings;
            let wanted = Wanted { accepts_recognisable, ..StateName::Open.into() };
            change_state(&app, id, wanted, output).await
        }
        BallotCommand::Close { id, without_unreadable, reason } => {
            let wanted = Wanted { reason, without_unreadable, ..StateName::Closed.into() };
            change_state(&app, id, wanted, output).await
        }
        BallotCommand::Cancel { id, reason } => {
            let wanted = Wanted { reason: Some(reason), ..StateName::Cancelled.into() };
            change_state(&app, id, wanted, output).await
        }
        BallotCommand::Publish { id } => publish(&app, id, output).await,
    };
    app.close().await;
    outcome
}

async fn list(app: &App, output: &Output) -> Result<(), Stop> {
    let ballots = app.list_all_ballots(&Authority::<Manage>::host()).await?;
    let slugs = conference_slugs(app).await?;
    let slug = |ballot: &Ballot| slugs.get(&ballot.conference).cloned().unwrap_or_default();
    let title = |ballot: &Ballot| ballot.definition.original(&ballot.definition.title).to_owned();
    let heads = ["id", "state", "conference", "title"].map(str::to_owned).to_vec();
    let row =
        |ballot: &Ballot| vec![ballot.id.to_string(), ballot.state.name().to_string(), slug(ballot), title(ballot)];
    let item = |ballot: &Ballot| {
        let state = ballot.state.name();
        json!({"id": ballot.id, "state": state, "conference": slug(ballot), "slug": ballot.slug.as_str(), "title": title(ballot)})
    };
    let items: Vec<_> = ballots.iter().map(item).collect();
    let rows: Vec<_> = std::iter::once(heads).chain(ballots.iter().map(row)).collect();
    output.answer(&json!({"items": items}), columns(&rows))
}

async fn conference_slugs(app: &App) -> Result<BTreeMap<ConferenceId, String>, Stop> {
    let mut slugs = BTreeMap::new();
    let mut after = None;
    loop {
        let page: Vec<Conference> = app.list_conferences(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(slugs) };
        after = Some(last.id);
        slugs.extend(page.iter().map(|conference| (conference.id, conference.slug.as_str().to_owned())));
    }
}

async fn change_state(app: &App, id: BallotId, wanted: Wanted, output: &Output) -> Result<(), Stop> {
    let change = app.change_state(&Authority::<Manage>::host(), id, wanted).await?;
    if !change.listed {
        instance::must_be_written(app)?;
    }
    let text = format!("The ballot was {} and is {} since {}.", change.from, change.to, change.at);
    output.answer(&json!({"from": change.from, "to": change.to, "at": change.at}), text)
}

async fn publish(app: &App, id: BallotId, output: &Output) -> Result<(), Stop> {
    let version = app.publish_results(&Authority::<Manage>::host(), id, None).await?;
    output.answer(&json!({"version": version}), format!("The result is public, as version {version}."))
}
