//! The JSON API, one file per resource.

mod attendees;
mod audit_events;
mod ballots;
mod conferences;
mod keys;
mod mail;
mod organisers;
mod portraits;
pub(crate) mod results;
mod roll;
mod sessions;
mod votes;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Web;

/// Returns every route below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .merge(organisers::routes())
        .merge(audit_events::routes())
        .merge(conferences::routes())
        .merge(roll::routes())
        .merge(attendees::routes())
        .merge(sessions::routes())
        .merge(ballots::routes())
        .merge(portraits::routes())
        .merge(votes::routes())
        .merge(results::routes())
        .merge(keys::routes())
}
