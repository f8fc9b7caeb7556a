//! Stylesheet, script and pictures, each under a name that changes with what is in it, so that browsers keep it for ever; and
//! what a conference brings: its logo, by its hash, and its colour. The address of a colour does not change when [`tint`] does:
//! give it another then.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use urna_app::Logo;
use urna_core::Sha256Hash;

use super::tint;
use crate::etag::IMMUTABLE;
use crate::problem::{Code, Problem};
use crate::state::Web;

const STYLESHEET: &str = include_str!("../../assets/urna.css");
/// What other sites show beside a link to a result of which no card can be drawn.
pub(super) const CARD: &[u8] = include_bytes!("../../assets/card.png");
/// The sign of the service, in the tabs of browsers.
const ICON: &str = include_str!("../../assets/icon.svg");
/// What pages have besides that are read at leisure.
const DISPLAY: &str = include_str!("../../assets/display.css");
const SCRIPT: &str = include_str!("../../assets/urna.js");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET, "css"));
static DISPLAY_TEXT: LazyLock<String> =
    LazyLock::new(|| FONTS.iter().fold(DISPLAY.to_owned(), |text, font| text.replace(font.name, &font.path())));
static DISPLAY_PATH: LazyLock<String> = LazyLock::new(|| path(&*DISPLAY_TEXT, "css"));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path(SCRIPT, "js"));

static ICON_PATH: LazyLock<String> = LazyLock::new(|| path(ICON, "svg"));

/// A cut of the typeface, for one script.
struct Font {
    /// As the stylesheet calls it.
    name: &'static str,
    bytes: &'static [u8],
}

macro_rules! fonts {
    ($($name:literal),* $(,)?) => {
        [$(Font { name: $name, bytes: include_bytes!(concat!("../../assets/fonts/", $name)) }),*]
    };
}

/// The typeface, of which a browser loads the scripts that a page has; `assets/fonts/README.md` tells where it is from.
static FONTS: [Font; 12] = fonts![
    "commissioner-regular-latin.woff2",
    "commissioner-regular-latin-ext.woff2",
    "commissioner-regular-greek.woff2",
    "commissioner-regular-cyrillic.woff2",
    "commissioner-bold-latin.woff2",
    "commissioner-bold-latin-ext.woff2",
    "commissioner-bold-greek.woff2",
    "commissioner-bold-cyrillic.woff2",
    "commissioner-flair-latin.woff2",
    "commissioner-flair-latin-ext.woff2",
    "commissioner-flair-greek.woff2",
    "commissioner-flair-cyrillic.woff2",
];

impl Font {
    fn path(&self) -> String {
        path(self.bytes, "woff2")
    }
}

/// Its licence, which goes where the typeface goes.
const FONT_LICENCE: &str = include_str!("../../assets/fonts/OFL.txt");

fn path(content: impl AsRef<[u8]>, kind: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(content)[..9]);
    format!("/assets/urna-{hash}.{kind}")
}

/// Where the stylesheet is.
pub(crate) fn stylesheet() -> &'static str {
    &STYLESHEET_PATH
}

/// Where the stylesheet is that some pages have besides.
pub(crate) fn display() -> &'static str {
    &DISPLAY_PATH
}

/// The stylesheet itself, for a page that is to be seen at once.
pub(crate) fn stylesheet_text() -> &'static str {
    STYLESHEET
}

/// Its hash, as a content security policy names it.
pub(crate) fn stylesheet_hash() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLESHEET)))
}

/// Where the sign is.
pub(crate) fn icon() -> &'static str {
    &ICON_PATH
}

/// Where the script is.
pub(crate) fn script() -> &'static str {
    &SCRIPT_PATH
}

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(stylesheet(), get(|| async { asset("text/css; charset=utf-8", STYLESHEET) }))
        .route(display(), get(|| async { asset("text/css; charset=utf-8", DISPLAY_TEXT.as_str()) }))
        .route(script(), get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
        .route(icon(), get(|| async { asset("image/svg+xml", ICON) }))
        .route("/assets/{name}", get(made))
}

/// The typeface: compressed as it is, so these routes stand outside what compresses.
pub(crate) fn font_routes() -> Router<Web> {
    let licence = get(|| async { asset("text/plain; charset=utf-8", FONT_LICENCE) });
    FONTS.iter().fold(Router::new().route("/assets/OFL.txt", licence), |routes, font| {
        routes.route(&font.path(), get(|| async { asset("font/woff2", font.bytes) }))
    })
}

/// Where a logo is.
pub(crate) fn logo(hash: &Sha256Hash) -> String {
    format!("/assets/logo-{hash}")
}

/// What is not in the binary: the colour and the logo of a conference.
async fn made(State(web): State<Web>, Path(name): Path<String>) -> Result<Response, Problem> {
    if let Some(hash) = name.strip_prefix("logo-") {
        let hash = hash.parse().map_err(|_| Problem::new(Code::NotFound))?;
        let Logo { media_type, image } = web.app.find_logo(&hash).await?;
        return Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, IMMUTABLE.to_owned())], image)
            .into_response());
    }
    let digits = name.strip_prefix("tint2-").and_then(|rest| rest.strip_suffix(".css"));
    let colour = digits.and_then(|digits| format!("#{digits}").parse().ok()).ok_or(Problem::new(Code::NotFound))?;
    Ok(asset("text/css; charset=utf-8", tint::stylesheet(colour)))
}

fn asset(content_type: &'static str, content: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, IMMUTABLE)], content).into_response()
}
