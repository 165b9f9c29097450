//! Gives each request an id and a tenant, and counts and logs its answer.

use crate::middleware::client::peer;
use crate::middleware::panics::{Form, GuardedBody, caught, caught_async};
use crate::request::{RequestContext, RequestFacts};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tower::{Layer, Service};

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
        state.proxies.note_client(&mut request);
        let begun = Begun {
            at: Instant::now(),
            area: area(request.uri().path()),
            request_id: access::request_id(),
            // Only what is logged is copied.
            line: tracing::enabled!(tracing::Level::DEBUG).then(|| Line {
                method: request.method().clone(),
                path: request.uri().path().to_owned(),
                client: peer(request.extensions()),
            }),
        };
        let form = Form::of(&request);
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
        let context = RequestContext::new(RequestFacts {
            request_id: begun.request_id.clone(),
            original: original.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            method: request.method().clone(),
            base_path: base,
            tenant: tenant.clone(),
        });
        request.extensions_mut().insert(context.clone());
        let answer = caught(|| self.inner.call(request));
        Box::pin(async move {
            let answered = match answer {
                Ok(answer) => caught_async(answer).await,
                Err(said) => Err(said),
            };
            let mut response = match answered {
                Ok(response) => guarded(response?, &state, begun.area),
                Err(said) => {
                    begun.failed(&state, tenant.name.as_str(), &said);
                    form.answer(&context)
                }
            };
            begun.answered(&state, tenant.name.as_str(), &mut response);
            Ok(response)
        })
    }
}

/// A page is made while it is sent; everything else is there before.
fn guarded(response: Response, state: &AppState, area: &'static str) -> Response {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    match content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html")) {
        true => response.map(|body| Body::new(GuardedBody::new(body, state.metrics.clone(), area))),
        false => response,
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
    line: Option<Line>,
}

/// What the log says of a request.
struct Line {
    method: Method,
    path: String,
    client: Option<IpAddr>,
}

impl Begun {
    /// Logs and counts a panic.
    fn failed(&self, state: &AppState, tenant: &str, said: &str) {
        state.metrics.panicked(self.area);
        tracing::error!(
            tenant.id = tenant,
            request.id = &*self.request_id,
            http.area = self.area,
            "a request could not be answered: a panic {said}"
        );
    }

    fn answered(self, state: &AppState, tenant: &str, response: &mut Response) {
        let elapsed = self.at.elapsed();
        let status = response.status().as_u16();
        state.metrics.answered(self.area, status, elapsed.as_secs_f64());
        if let Some(Line { method, path, client }) = self.line {
            tracing::debug!(
                tenant.id = tenant,
                request.id = &*self.request_id,
                client.address = client.map(tracing::field::display),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Site;
    use crate::compose;
    use crate::config::Config;
    use crate::hosts::AllowedHosts;
    use crate::middleware::TrustedProxies;
    use crate::state::Shared;
    use crate::telemetry::Metrics;
    use access::{Tenants, Throttle};
    use axum::Router;
    use axum::body::to_bytes;
    use axum::routing::any;
    use db::Databases;
    use portal::{Portal, Settings};
    use std::path::Path;
    use std::time::Duration;
    use tower::ServiceExt;

    async fn state(folder: &Path) -> AppState {
        let config = Config::parse("callboard.yaml", folder, "{}", |_| None).expect("is valid");
        let manifest = r#"{"js": "", "wasm": "", "css": "", "files": {}}"#;
        std::fs::write(folder.join("manifest.json"), manifest).expect("written");
        let databases = Databases::open(compose::engine(&config, folder)).await.expect("opens");
        let rules = compose::tenants(&config);
        let tenants = Tenants::open(&databases, folder, &rules).await.expect("opens");
        let settings = Settings {
            catalog: compose::catalog(&config, None),
            scaffolder: compose::scaffolder(&config).expect("settings"),
            insights: compose::insights(&config, None).expect("settings"),
            techdocs: compose::techdocs(&config),
            events: activity::Retention::default(),
        };
        let portal = Portal::open(databases, tenants, compose::tokens(&config), settings);
        AppState::new(Shared {
            portal: portal.await.expect("opens"),
            site: Site::open(Some(folder.to_owned())).expect("a site"),
            sign_in: compose::sign_in(&config, false, true),
            hosts: AllowedHosts::of(&config, true),
            proxies: TrustedProxies::default(),
            image_hosts: Vec::new(),
            sign_in_throttle: Throttle::new(1, Duration::from_secs(1)),
            token_throttle: Throttle::new(1, Duration::from_secs(1)),
            metrics: Metrics::new(),
            development: false,
        })
    }

    async fn fails() -> &'static str {
        panic!("the handler fails")
    }

    #[tokio::test]
    async fn a_panic_in_a_handler_is_an_answer_with_status_500() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let state = state(folder.path()).await;
        let paths = ["/catalog", "/api/catalog/entities", "/fn/catalog/star_set"];
        let router =
            paths.iter().fold(Router::new(), |router, path| router.route(path, any(fails)));
        let router = router.layer(InContext(state.clone()));
        for (path, content_type, expected) in [
            ("/catalog", "text/html", "<h1>Something went wrong</h1>"),
            ("/api/catalog/entities", "application/json", "\"statusCode\":500"),
            ("/fn/catalog/star_set", "application/json", "{\"internal\":{\"request_id\":"),
        ] {
            let request = Request::get(path).header("host", "localhost").body(Body::empty());
            let answer = router.clone().oneshot(request.expect("a request")).await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            let header = |name: HeaderName| {
                let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
                value.unwrap_or_default().to_owned()
            };
            assert!(header(header::CONTENT_TYPE).starts_with(content_type), "{path}");
            let id = header(REQUEST_ID);
            let body = to_bytes(answer.into_body(), 10_000).await.expect("a body");
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(expected), "{path}: {body}");
            assert!(!id.is_empty() && body.contains(&id), "{path}: {body}");
        }
        let counted = state.metrics.render();
        assert!(counted.contains("callboard_panics_total{area=\"catalog\"} 1"), "{counted}");
        assert!(counted.contains("callboard_panics_total{area=\"fn\"} 1"), "{counted}");
        assert!(counted.contains("area=\"catalog\",status=\"5xx\"} 1"), "{counted}");
    }
}
