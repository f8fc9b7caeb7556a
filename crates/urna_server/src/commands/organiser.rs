//! `urna organiser`: manages organisers. The first one is appointed here, by somebody with a shell on the host.

use serde_json::json;
use urna_app::authority::Appoint;
use urna_app::{App, Authority, Organiser};
use urna_core::{Email, Role};

use super::password;
use crate::command_line::OrganiserCommand;
use crate::exit::Stop;
use crate::instance;
use crate::output::{Output, columns};
use crate::settings::Settings;

/// The page size of requests.
const PAGE: u32 = 200;

pub(super) async fn run(settings: &Settings, command: OrganiserCommand, output: &Output) -> Result<(), Stop> {
    // Before the database is opened: nobody should type a password in vain, or hold a database while typing.
    let password = match &command {
        OrganiserCommand::Create { password_stdin: true, .. } => Some(password::from_stdin()?),
        OrganiserCommand::Create { .. } => Some(password::from_terminal()?),
        _ => None,
    };
    // The first organiser is often appointed before the service first runs.
    let app = match &command {
        OrganiserCommand::Create { .. } => instance::set_up(settings).await?,
        _ => instance::open(settings).await?,
    };
    let outcome = match (command, password) {
        (OrganiserCommand::Create { email, role, .. }, Some(password)) => {
            create(&app, email, role, password, output).await
        }
        (OrganiserCommand::Disable { email }, _) => disable(&app, &email, output).await,
        (OrganiserCommand::List | OrganiserCommand::Create { .. }, _) => list(&app, output).await,
    };
    app.close().await;
    outcome
}

async fn create(
    app: &App,
    email: Email,
    role: Role,
    password: urna_app::passwords::Password,
    output: &Output,
) -> Result<(), Stop> {
    let organiser = app.create_organiser(&Authority::<Appoint>::host(), email, role, password).await?;
    let text = format!("{} is now {} (id {}).", organiser.email, with_article(role), organiser.id);
    output.answer(&as_json(&organiser), text)
}

fn with_article(role: Role) -> String {
    let article = if role == Role::Desk { "at the" } else { "an" };
    format!("{article} {role}")
}

async fn list(app: &App, output: &Output) -> Result<(), Stop> {
    let mut all: Vec<Organiser> = Vec::new();
    loop {
        let after = all.last().map(|organiser| organiser.id);
        let page = app.list_organisers(&Authority::<Appoint>::host(), after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let heads = ["id", "email", "role", "created", "disabled"].map(str::to_owned).to_vec();
    let rows = all.iter().map(|organiser| {
        let disabled = organiser.disabled_at.map(|at| at.to_string()).unwrap_or_default();
        let Organiser { id, email, role, created_at, .. } = organiser;
        vec![id.to_string(), email.to_string(), role.to_string(), created_at.to_string(), disabled]
    });
    let items: Vec<_> = all.iter().map(as_json).collect();
    output.answer(&json!({"items": items}), columns(&std::iter::once(heads).chain(rows).collect::<Vec<_>>()))
}

async fn disable(app: &App, email: &Email, output: &Output) -> Result<(), Stop> {
    app.disable_organiser_by_email(&Authority::<Appoint>::host(), email).await?;
    output.answer(&json!({"email": email.as_str(), "disabled": true}), format!("{email} no longer has access."))
}

fn as_json(organiser: &Organiser) -> serde_json::Value {
    let Organiser { id, email, role, created_at, disabled_at } = organiser;
    json!({"id": id, "email": email.as_str(), "role": role, "created_at": created_at, "disabled_at": disabled_at})
}
