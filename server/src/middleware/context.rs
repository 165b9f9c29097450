//! Gives each request an id and a tenant, and counts and logs its answer.

use crate::state::AppState;
use access::Tenant;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Instant;

/// Who and where a request is for, before anybody asks who it is from.
#[derive(Clone)]
pub struct RequestContext {
    /// Connects what a person sees with the log.
    pub request_id: String,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// What stands before every path: empty, or `/t/<name>`.
    pub base_path: String,
    /// Path and query as the browser sees them, prefix included.
    pub original: String,
}

impl RequestContext {
    /// Where cookies of this tenant are sent.
    pub fn cookie_path(&self) -> &str {
        if self.base_path.is_empty() { "/" } else { &self.base_path }
    }
}

/// The prefix `/t/<name>` that was taken from a request's path.
#[derive(Clone)]
pub struct TenantPrefix {
    name: String,
    original: Uri,
}

/// Takes `/t/<name>` from the path, so that one URL map serves every tenant. Runs before routing.
pub fn strip_tenant_prefix<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    let Some(rest) = request.uri().path().strip_prefix("/t/") else { return request };
    let (name, path) = match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    };
    let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
    let Ok(uri) = format!("{path}{query}").parse::<Uri>() else { return request };
    let prefix = TenantPrefix { name: name.to_owned(), original: request.uri().clone() };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(prefix);
    request
}

/// The header that names the request in answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finds the tenant by prefix or host name.
pub async fn context(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let request_id = access::request_id();
    let area = area(request.uri().path());
    let prefix = request.extensions().get::<TenantPrefix>().cloned();
    let tenant = match &prefix {
        Some(prefix) => state.portal.tenants.by_name(&prefix.name),
        None => {
            let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
            state.portal.tenants.by_host(host.unwrap_or_default())
        }
    };
    let Some(tenant) = tenant.cloned() else {
        state.metrics.answered(area, 404, start.elapsed().as_secs_f64());
        return (StatusCode::NOT_FOUND, "There is no such portal here. Check the address.\n")
            .into_response();
    };
    let original = prefix.as_ref().map_or(request.uri(), |prefix| &prefix.original);
    let context = RequestContext {
        request_id: request_id.clone(),
        base_path: prefix.as_ref().map_or(String::new(), |prefix| format!("/t/{}", prefix.name)),
        original: original.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        tenant,
    };
    let tenant = context.tenant.clone();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(context);
    let mut response = next.run(request).await;
    let elapsed = start.elapsed();
    let status = response.status().as_u16();
    state.metrics.answered(area, status, elapsed.as_secs_f64());
    tracing::debug!(
        tenant.id = tenant.name.as_str(),
        request.id = request_id,
        http.method = %method,
        http.path = path,
        http.status = status,
        duration_ms = elapsed.as_secs_f64() * 1000.0,
        "answered"
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The part of the portal a path belongs to: few values, so that they can be counted.
fn area(path: &str) -> &'static str {
    const AREAS: [&str; 10] = [
        "api/catalog",
        "api",
        "fn",
        "pkg",
        "events",
        "session",
        "catalog",
        "create",
        "docs",
        "sign-in",
    ];
    let path = path.trim_start_matches('/');
    let within =
        |area: &str| path.strip_prefix(area).is_some_and(|r| r.is_empty() || r.starts_with('/'));
    AREAS.into_iter().find(|area| within(area)).unwrap_or(if path.is_empty() {
        "home"
    } else {
        "other"
    })
}
