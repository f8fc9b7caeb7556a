//! The state that every handler can reach.

use std::collections::HashMap;
use std::sync::Arc;

use ipnet::IpNet;
use tokio::sync::Mutex;
use urna_app::App;
use urna_core::BallotId;
use urna_core::Sha256Hash;
use urna_core::ballot::Version;

use crate::meters::Meters;

/// The state of the router.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    pub(crate) app: Arc<App>,
    /// True if the public URL uses https.
    pub(crate) secure: bool,
    /// The proxies that are trusted to name the sender's address.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    pub(crate) meters: Meters,
    pub(crate) download_hashes: KnownHashes,
}

/// The hashes of the downloads of a published version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DownloadHashes {
    pub(crate) csv: Sha256Hash,
    pub(crate) json: Sha256Hash,
    pub(crate) svg: Sha256Hash,
    /// The hash of the record; a version that was published before records existed has none.
    pub(crate) record: Option<Sha256Hash>,
}

/// The hashes of downloads, which never change; each is computed once.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownHashes(Arc<Mutex<HashMap<(BallotId, Version), DownloadHashes>>>);

impl KnownHashes {
    /// Returns the hashes of a published version, which `make` computes if they are not known yet.
    pub(crate) async fn of<E>(
        &self,
        ballot: BallotId,
        version: Version,
        make: impl Future<Output = Result<DownloadHashes, E>>,
    ) -> Result<DownloadHashes, E> {
        // Requests that arrive in the meantime wait: a record may have a million votes.
        let mut known = self.0.lock().await;
        if let Some(hashes) = known.get(&(ballot, version)) {
            return Ok(*hashes);
        }
        let hashes = make.await?;
        known.insert((ballot, version), hashes);
        Ok(hashes)
    }
}
