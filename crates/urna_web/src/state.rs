//! What every handler can reach.

use std::sync::Arc;

use urna_app::App;

use crate::meters::Meters;

/// The state of the router.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    pub(crate) app: Arc<App>,
    /// Whether the public address is https.
    pub(crate) secure: bool,
    pub(crate) meters: Meters,
}
