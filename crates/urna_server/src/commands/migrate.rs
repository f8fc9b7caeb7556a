//! `urna migrate`: brings the schema up to date without serving.

use serde_json::json;
use urna_store::migrations::{self, StepStatus};
use urna_store::{Db, StoreError};

use crate::exit::Stop;
use crate::instance;
use crate::output::{Output, columns};
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings, only_status: bool, output: &Output) -> Result<(), Stop> {
    let db =
        if only_status { instance::connect_to_existing(settings).await? } else { instance::connect(settings).await? };
    let outcome = migrate(&db, only_status).await;
    db.close().await;
    let (before, after) = outcome.map_err(|error| instance::at(error.into(), &settings.database))?;
    if only_status {
        return answer(&after, &table(&after), output);
    }
    let done = before.iter().filter(|step| !step.applied).count();
    let text = match done {
        0 => "The schema was up to date.".to_owned(),
        1 => "The schema is up to date: 1 step was done.".to_owned(),
        _ => format!("The schema is up to date: {done} steps were done."),
    };
    answer(&after, &text, output)
}

/// The steps before and after.
async fn migrate(db: &Db, only_status: bool) -> Result<(Vec<StepStatus>, Vec<StepStatus>), StoreError> {
    let before = migrations::status(db).await?;
    if !only_status {
        migrations::migrate(db).await?;
    }
    Ok((before, migrations::status(db).await?))
}

fn answer(steps: &[StepStatus], text: &str, output: &Output) -> Result<(), Stop> {
    let pending = steps.iter().filter(|step| !step.applied).count();
    let steps: Vec<_> =
        steps.iter().map(|step| json!({"number": step.number, "name": step.name, "applied": step.applied})).collect();
    output.answer(&json!({"items": steps, "pending": pending}), text)
}

fn table(steps: &[StepStatus]) -> String {
    let state = |step: &StepStatus| if step.applied { "applied" } else { "pending" };
    let row = |step: &StepStatus| vec![step.number.to_string(), step.name.to_owned(), state(step).to_owned()];
    columns(&steps.iter().map(row).collect::<Vec<_>>())
}
