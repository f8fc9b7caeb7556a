//! Background tasks. Each checks `stop` between two steps, so that none is cut in the middle.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;
use tokio::time::timeout;
use urna_app::App;
use urna_app::ballots::Looked;
use urna_app::mail::MailWorker;

/// The pause between two looks into the outbox.
const OUTBOX_PAUSE: Duration = Duration::from_millis(500);
/// The schedule is checked when something is due, at least this often because it can change at any time,
const LONGEST_SCHEDULE_PAUSE: Duration = Duration::from_secs(1);
/// and at most this often.
const SHORTEST_SCHEDULE_PAUSE: Duration = Duration::from_millis(20);
/// After a failure.
const FAILURE_PAUSE: Duration = Duration::from_secs(5);
/// How often committed data is moved out of SQLite's log: longer pauses make the commit times uneven.
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(300);
/// The maximum delay before this instance learns of a close elsewhere.
const CLOSES_PAUSE: Duration = Duration::from_millis(250);
/// The pause between two deletions of expired data.
const TIDY_PAUSE: Duration = Duration::from_hours(1);
/// How often failed sign-ins are collected; the audit log names an account far less often.
const FAILED_SIGN_INS_PAUSE: Duration = Duration::from_secs(5);

/// Pauses; returns whether it is time to stop.
async fn pause(stop: &mut Receiver<bool>, length: Duration) -> bool {
    timeout(length, stop.wait_for(|stop| *stop)).await.is_ok()
}

/// Sends mail. At shutdown it finishes the mail in progress: otherwise the next start would send it again.
pub(super) async fn send_mail(worker: MailWorker, mut stop: Receiver<bool>) {
    while !*stop.borrow() {
        let length = match worker.deliver_next().await {
            Ok(true) => continue,
            Ok(false) => OUTBOX_PAUSE,
            Err(failure) => {
                tracing::warn!(?failure, "the outbox cannot be emptied");
                FAILURE_PAUSE
            }
        };
        pause(&mut stop, length).await;
    }
}

/// Opens and closes ballots on schedule.
pub(super) async fn keep_schedule(app: Arc<App>, mut stop: Receiver<bool>) {
    while !*stop.borrow() {
        let length = match app.run_schedule().await {
            Ok(next) => {
                let until = next.map(|next| next.as_micros().saturating_sub(app.now().as_micros()).max(0));
                let until = until.and_then(|micros| u64::try_from(micros).ok()).map(Duration::from_micros);
                until.unwrap_or(LONGEST_SCHEDULE_PAUSE).clamp(SHORTEST_SCHEDULE_PAUSE, LONGEST_SCHEDULE_PAUSE)
            }
            Err(failure) => {
                tracing::warn!(?failure, "the schedule cannot be looked at");
                LONGEST_SCHEDULE_PAUSE
            }
        };
        pause(&mut stop, length).await;
    }
}

/// Deletes expired data.
pub(super) async fn tidy_up(app: Arc<App>, mut stop: Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(failure) = app.tidy_up().await {
            tracing::warn!(?failure, "what is over could not be forgotten");
        }
        pause(&mut stop, TIDY_PAUSE).await;
    }
}

/// Records failed sign-ins.
pub(super) async fn record_failed_sign_ins(app: Arc<App>, mut stop: Receiver<bool>) {
    while !pause(&mut stop, FAILED_SIGN_INS_PAUSE).await {
        if let Err(failure) = app.record_failed_sign_ins().await {
            tracing::warn!(?failure, "failed tries to sign in could not be written down");
        }
    }
}

/// Follows the changes of other instances, so that this one may cache the rest.
pub(super) async fn follow_changes(app: Arc<App>, mut stop: Receiver<bool>) {
    tokio::select! {
        () = app.follow_changes() => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Learns of ballots that were closed elsewhere, and detects any that were put back in the database.
pub(super) async fn keep_closed_list(app: Arc<App>, mut stop: Receiver<bool>) {
    let mut looked = Looked::default();
    while !*stop.borrow() {
        let length = match app.hear_of_closes(&mut looked).await {
            Ok(()) => CLOSES_PAUSE,
            Err(failure) => {
                tracing::warn!(?failure, "which ballots are closed cannot be looked at");
                FAILURE_PAUSE
            }
        };
        pause(&mut stop, length).await;
    }
}

/// Maintains the database alongside the votes.
pub(super) async fn keep_database(app: Arc<App>, mut stop: Receiver<bool>) {
    while !*stop.borrow() {
        let length = match app.checkpoint().await {
            Ok(()) => CHECKPOINT_PAUSE,
            Err(failure) => {
                tracing::warn!(?failure, "the database cannot be kept in order");
                FAILURE_PAUSE
            }
        };
        pause(&mut stop, length).await;
    }
}
