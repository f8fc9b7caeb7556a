//! The stylesheets, the script and the pictures, each under a name that changes with its content, so that browsers keep
//! it for ever; and a conference's logo, by its hash, and its colour. The address of a colour does not change when
//! [`tint`] does: give it a new one then.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use urna_app::Logo;
use urna_core::Sha256Hash;

use super::tint;
use crate::etag::IMMUTABLE;
use crate::fixed::Fixed;
use crate::problem::{Code, Problem};
use crate::state::Web;

const STYLESHEET: &str = include_str!("../../assets/urna.css");
/// The picture that other sites show beside a link to a result whose card cannot be drawn.
pub(super) const CARD: &[u8] = include_bytes!("../../assets/card.png");
/// The service's icon in browser tabs.
const ICON: &str = include_str!("../../assets/icon.svg");
/// The second stylesheet, for pages that are read at leisure.
const DISPLAY: &str = include_str!("../../assets/display.css");
const SCRIPT: &str = include_str!("../../assets/urna.js");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET, "css"));
static DISPLAY_TEXT: LazyLock<String> =
    LazyLock::new(|| FONTS.iter().fold(DISPLAY.to_owned(), |text, font| text.replace(font.name, &font.path())));
static DISPLAY_PATH: LazyLock<String> = LazyLock::new(|| path(&*DISPLAY_TEXT, "css"));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path(SCRIPT, "js"));

static ICON_PATH: LazyLock<String> = LazyLock::new(|| path(ICON, "svg"));

/// A style of the typeface, for one subset of letters.
struct Font {
    /// The file name, for which the stylesheet gets the path.
    name: &'static str,
    bytes: &'static [u8],
}

macro_rules! fonts {
    ($($name:literal),* $(,)?) => {
        [$(Font { name: $name, bytes: include_bytes!(concat!("../../assets/fonts/", $name)) }),*]
    };
}

/// The typeface; a browser loads only the subsets that a page needs. `assets/fonts/README.md` names its source.
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

/// The typeface's licence, which goes where the typeface goes.
const FONT_LICENCE: &str = include_str!("../../assets/fonts/OFL.txt");

fn path(content: impl AsRef<[u8]>, kind: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(content)[..9]);
    format!("/assets/urna-{hash}.{kind}")
}

/// Returns the path of the stylesheet.
pub(crate) fn stylesheet() -> &'static str {
    &STYLESHEET_PATH
}

/// Returns the path of the second stylesheet, which only some pages have.
pub(crate) fn display() -> &'static str {
    &DISPLAY_PATH
}

/// Returns the stylesheet itself, for a page that must show at once.
pub(crate) fn stylesheet_text() -> &'static str {
    STYLESHEET
}

/// Returns the stylesheet's hash in the form of a content security policy.
pub(crate) fn stylesheet_hash() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLESHEET)))
}

/// Returns the path of the icon.
pub(crate) fn icon() -> &'static str {
    &ICON_PATH
}

/// Returns the path of the script.
pub(crate) fn script() -> &'static str {
    &SCRIPT_PATH
}

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/assets/{name}", get(made))
}

/// Returns the routes of what is compressed once, as far as it can be: every phone loads it before it votes. These
/// routes stay outside the compression layer.
pub(crate) fn packed_routes() -> Router<Web> {
    static STYLESHEET_PACKED: Packed = LazyLock::new(|| pack("text/css; charset=utf-8", STYLESHEET));
    static DISPLAY_PACKED: Packed = LazyLock::new(|| pack("text/css; charset=utf-8", &DISPLAY_TEXT));
    static SCRIPT_PACKED: Packed = LazyLock::new(|| pack("text/javascript; charset=utf-8", SCRIPT));
    static ICON_PACKED: Packed = LazyLock::new(|| pack("image/svg+xml", ICON));
    Router::new()
        .route(stylesheet(), get(async |request: HeaderMap| STYLESHEET_PACKED.answer(&request)))
        .route(display(), get(async |request: HeaderMap| DISPLAY_PACKED.answer(&request)))
        .route(script(), get(async |request: HeaderMap| SCRIPT_PACKED.answer(&request)))
        .route(icon(), get(async |request: HeaderMap| ICON_PACKED.answer(&request)))
}

type Packed = LazyLock<Fixed>;

fn pack(content_type: &str, text: &'static str) -> Fixed {
    Fixed::new(content_type, IMMUTABLE, text).with_brotli()
}

/// Returns the routes of the typeface. Its files are already compressed, so these routes stay outside the compression
/// layer.
pub(crate) fn font_routes() -> Router<Web> {
    let licence = get(|| async { asset("text/plain; charset=utf-8", FONT_LICENCE) });
    FONTS.iter().fold(Router::new().route("/assets/OFL.txt", licence), |routes, font| {
        routes.route(&font.path(), get(|| async { asset("font/woff2", font.bytes) }))
    })
}

/// Returns the path of a logo.
pub(crate) fn logo(hash: &Sha256Hash) -> String {
    format!("/assets/logo-{hash}")
}

/// Serves a conference's colour and logo, which are not in the binary.
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
