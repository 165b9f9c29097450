//! Gives each request an id and a tenant, and counts and logs its answer.

use crate::state::AppState;
use access::Tenant;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tower::{Layer, Service};

/// Who and where a request is for, before anybody asks who it is from.
#[derive(Clone)]
pub struct RequestContext(Arc<RequestFacts>);

impl Deref for RequestContext {
    type Target = RequestFacts;

    fn deref(&self) -> &RequestFacts {
        &self.0
    }
}

/// See [`RequestContext`].
pub struct RequestFacts {
    /// Connects what a person sees with the log.
    pub request_id: Arc<str>,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// What stands before every path: empty, or `/t/<name>`.
    pub base_path: String,
    /// Path and query as the browser sees them, prefix included.
    pub original: String,
    /// The method.
    pub method: Method,
}

impl RequestFacts {
    /// Path and query without the tenant's prefix and, under `/api/<feature>`, without that.
    pub fn within_feature(&self) -> &str {
        let path = self.original.strip_prefix(&self.base_path).unwrap_or(&self.original);
        let rest = path.strip_prefix("/api/").and_then(|rest| Some(&rest[rest.find('/')?..]));
        rest.unwrap_or(path)
    }

    /// Where cookies of this tenant are sent.
    pub fn cookie_path(&self) -> &str {
        if self.base_path.is_empty() { "/" } else { &self.base_path }
    }
}

impl RequestContext {
    /// The same request, but for another address: a path and query as the browser sees them.
    pub fn for_page(&self, original: &str) -> RequestContext {
        RequestContext(Arc::new(RequestFacts {
            request_id: self.request_id.clone(),
            tenant: self.tenant.clone(),
            base_path: self.base_path.clone(),
            original: original.to_owned(),
            method: Method::GET,
        }))
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

/// Finds the tenant by prefix or host name, and counts and logs the answer.
#[derive(Clone)]
pub struct InContext(pub AppState);

impl<S> Layer<S> for InContext {
    type Service = WithContext<S>;

    fn layer(&self, inner: S) -> WithContext<S> {
        WithContext { inner, state: self.0.clone() }
    }
}

/// See [`InContext`].
#[derive(Clone)]
pub struct WithContext<S> {
    inner: S,
    state: AppState,
}

impl<S> Service<Request> for WithContext<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let state = self.state.clone();
        let begun = Begun {
            at: Instant::now(),
            area: area(request.uri().path()),
            request_id: access::request_id(),
            // Only what is logged is copied.
            line: tracing::enabled!(tracing::Level::DEBUG)
                .then(|| (request.method().clone(), request.uri().path().to_owned())),
        };
        if let Some(mut response) = state.hosts.refusal(&request) {
            begun.answered(&state, "", &mut response);
            return Box::pin(std::future::ready(Ok(response)));
        }
        let prefix = request.extensions().get::<TenantPrefix>();
        let tenant = match prefix {
            Some(prefix) => state.portal.tenants.by_name(&prefix.name),
            None => {
                let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
                state.portal.tenants.by_host(host.unwrap_or_default())
            }
        };
        let Some(tenant) = tenant.cloned() else {
            let text = "There is no such portal here. Check the address.\n";
            let mut response = (StatusCode::NOT_FOUND, text).into_response();
            begun.answered(&state, "", &mut response);
            return Box::pin(std::future::ready(Ok(response)));
        };
        let base = prefix.map_or(String::new(), |prefix| format!("/t/{}", prefix.name));
        let original = prefix.map_or(request.uri(), |prefix| &prefix.original);
        let context = RequestContext(Arc::new(RequestFacts {
            request_id: begun.request_id.clone(),
            original: original.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            method: request.method().clone(),
            base_path: base,
            tenant: tenant.clone(),
        }));
        request.extensions_mut().insert(context);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            begun.answered(&state, tenant.name.as_str(), &mut response);
            Ok(response)
        })
    }
}

/// For files that belong to no tenant: only hosts of the portal are served.
pub async fn own_hosts(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.hosts.refusal(&request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// What is known of a request before it is answered.
struct Begun {
    at: Instant,
    area: &'static str,
    request_id: Arc<str>,
    line: Option<(Method, String)>,
}

impl Begun {
    fn answered(self, state: &AppState, tenant: &str, response: &mut Response) {
        let elapsed = self.at.elapsed();
        let status = response.status().as_u16();
        state.metrics.answered(self.area, status, elapsed.as_secs_f64());
        if let Some((method, path)) = self.line {
            tracing::debug!(
                tenant.id = tenant,
                request.id = &*self.request_id,
                http.method = %method,
                http.path = path,
                http.status = status,
                duration_ms = elapsed.as_secs_f64() * 1000.0,
                "answered"
            );
        }
        if let Ok(value) = HeaderValue::from_str(&self.request_id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
    }
}

/// The part of the portal a path belongs to: few values, so that they can be counted.
fn area(path: &str) -> &'static str {
    const AREAS: [&str; 12] = [
        "api/catalog",
        "api",
        "graphql",
        "fn",
        "pkg",
        "events",
        "session",
        "catalog",
        "create",
        "docs",
        "sign-in",
        "webhooks",
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
