//! Paginated lists: `limit`, an opaque `cursor`, and a link to the next page.

use std::fmt::Display;
use std::str::FromStr;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

const LARGEST: u32 = 200;
const USUAL: u32 = 50;

/// The part of a list to return.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The maximum number of items to return.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The start of the page: `next_cursor` of the previous page.
    cursor: Option<String>,
}

impl Page {
    /// Returns the number of items, and the place after which they begin.
    pub(crate) fn read<T: FromStr>(&self) -> Result<(u32, Option<T>), Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=LARGEST).contains(&limit) {
            return Err(Problem::invalid("/limit", "invalid-value", "limit is between 1 and 200"));
        }
        let read = |cursor: &String| {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
            text.parse().ok()
        };
        let after = self.cursor.as_ref().map(|cursor| {
            read(cursor)
                .ok_or_else(|| Problem::invalid("/cursor", "invalid-value", "this is not a cursor of this list"))
        });
        Ok((limit, after.transpose()?))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; `null` on the last page.
    pub(crate) next_cursor: Option<String>,
}

/// Returns a page of at most `limit` items; `last` is the place of the last one. The path may have a query that
/// filters.
pub(crate) fn list<T: Serialize>(path: &str, items: Vec<T>, limit: u32, last: Option<impl Display>) -> Response {
    let full = u32::try_from(items.len()).is_ok_and(|count| count == limit);
    let next_cursor = last.filter(|_| full).map(|last| URL_SAFE_NO_PAD.encode(last.to_string()));
    let and = if path.contains('?') { '&' } else { '?' };
    let link = next_cursor.as_ref().map(|cursor| format!("<{path}{and}limit={limit}&cursor={cursor}>; rel=\"next\""));
    let mut response = Json(List { items, next_cursor }).into_response();
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}
