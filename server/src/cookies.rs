//! Reading and writing cookies: `HttpOnly`, `SameSite=Lax`, for the tenant's path only.

use axum::http::{HeaderMap, HeaderValue, header};
use model::tenant::TenantName;

/// The name of the session's cookie: each tenant has its own, so that one browser can be signed
/// in to several.
pub fn session_cookie_name(tenant: &TenantName) -> String {
    format!("callboard_session_{tenant}")
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

pub(crate) fn lasting_cookie(
    name: &str,
    value: &str,
    path: &str,
    seconds: i64,
    secure: bool,
) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Names, values and paths are made by the program from checked parts.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub(crate) fn expired_cookie(name: &str, path: &str, secure: bool) -> HeaderValue {
    lasting_cookie(name, "", path, 0, secure)
}
