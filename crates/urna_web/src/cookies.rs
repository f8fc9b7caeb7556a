//! Cookies, which scripts never see.

use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie for a browser to keep.
pub(crate) struct Cookie<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// The path of the requests that the cookie is sent with.
    pub(crate) path: &'a str,
    /// The lifetime, or 0 to forget the cookie; `None` keeps it until the browser is closed.
    pub(crate) seconds: Option<u32>,
    pub(crate) same_site: SameSite,
}

/// The requests from other sites that a cookie is sent with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SameSite {
    /// Links that somebody follows.
    Lax,
    /// None.
    Strict,
}

impl Cookie<'_> {
    /// Returns the header that sets the cookie.
    pub(crate) fn header(&self, secure: bool) -> Option<HeaderValue> {
        let Self { name, value, path, seconds, same_site } = self;
        let flag = if secure { "; Secure" } else { "" };
        let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        HeaderValue::from_str(&format!("{name}={value}; Path={path}; HttpOnly; SameSite={same_site:?}{age}{flag}")).ok()
    }
}

/// Returns a cookie's name, with the prefix `__Host-` over https: a browser then takes it from this host alone.
pub(crate) fn host_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// Returns the value of a cookie.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
