//! What every handler can reach.

use std::collections::HashMap;
use std::sync::Arc;

use ipnet::IpNet;
use tokio::sync::Mutex;
use urna_app::{App, Failure, Refusal};
use urna_core::BallotId;
use urna_core::Sha256Hash;
use urna_core::ballot::Version;

use crate::meters::Meters;

/// The state of the router.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    pub(crate) app: Arc<App>,
    /// Whether the public address is https.
    pub(crate) secure: bool,
    /// Whose word on the sender's address is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    pub(crate) meters: Meters,
    pub(crate) record_hashes: RecordHashes,
}

/// The hashes of records, which never change; each is made once.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordHashes(Arc<Mutex<HashMap<(BallotId, Version), Sha256Hash>>>);

impl RecordHashes {
    /// The hash of a published version's record; `None` where it has none.
    pub(crate) async fn of(
        &self,
        app: &App,
        ballot: BallotId,
        version: Version,
    ) -> Result<Option<Sha256Hash>, Failure> {
        // Who comes meanwhile waits: a record may have a million votes.
        let mut known = self.0.lock().await;
        if let Some(hash) = known.get(&(ballot, version)) {
            return Ok(Some(*hash));
        }
        match app.find_record(ballot, version).await {
            Ok(record) => Ok(Some(*known.entry((ballot, version)).or_insert(Sha256Hash::of(&record)))),
            Err(Failure::Refused(Refusal::ResultsNotPublished)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
