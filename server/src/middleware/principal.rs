//! Finds out who a request is from: a session's cookie for pages, a bearer token for REST.

use crate::auth::{self, cookie, session_cookie_name};
use crate::middleware::RequestContext;
use crate::state::AppState;
use access::{OpContext, Principal};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::future::{Either, Ready, ready};
use model::Error;
use portal::Portal;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// For pages, server fns and event streams. Who asks for a page and is not signed in is sent to
/// the sign-in page and comes back afterwards.
pub async fn page_principal(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return next.run(request).await;
    };
    let mut opened = None;
    let mut principal = match find(&state, &context, request.headers()).await {
        Ok(found) => found,
        Err(error) => return crate::rest::error_response(&error, &context),
    };
    let path = request.uri().path();
    let is_page = *request.method() == Method::GET
        && !path.starts_with("/fn/")
        && !path.starts_with("/events/");
    let open_to_all = path == "/sign-in" || path.starts_with("/session/");
    if principal == Principal::Nobody && is_page && !open_to_all {
        let signed_out = cookie(request.headers(), "callboard_signed_out").is_some();
        let first = state.sign_in.people.first().filter(|_| state.sign_in.automatic && !signed_out);
        let Some(offered) = first else {
            let back: String = form_encode(&context.original);
            let to = format!("{}/sign-in?return_to={back}", context.base_path);
            return Redirect::to(&to).into_response();
        };
        match auth::open(&state, &context, offered).await {
            Ok(cookie) => opened = Some(cookie),
            Err(error) => return crate::rest::error_response(&error, &context),
        }
        principal = Principal::Person(offered.person.clone());
    }
    insert(&mut request, context, principal, &state.portal);
    let mut response = next.run(request).await;
    if let Some(cookie) = opened {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// For REST: without a known token the answer is 401, before anything else is looked at.
#[derive(Clone)]
pub struct RestPrincipal(pub AppState);

impl<S> Layer<S> for RestPrincipal {
    type Service = WithRestPrincipal<S>;

    fn layer(&self, inner: S) -> WithRestPrincipal<S> {
        WithRestPrincipal { inner, portal: self.0.portal.clone() }
    }
}

/// See [`RestPrincipal`].
#[derive(Clone)]
pub struct WithRestPrincipal<S> {
    inner: S,
    portal: Arc<Portal>,
}

impl<S> Service<Request> for WithRestPrincipal<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<S::Future, Ready<Result<Response, S::Error>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
            return Either::Left(self.inner.call(request));
        };
        match bearer(request.headers()).and_then(|token| self.portal.tokens.find(token)) {
            Some(principal) => {
                insert(&mut request, context, principal, &self.portal);
                Either::Left(self.inner.call(request))
            }
            None => {
                let missing = bearer(request.headers()).is_none();
                let reason = if missing { "Missing credentials" } else { "Illegal token" };
                let error = Error::unauthenticated(reason);
                let mut response = crate::rest::error_response(&error, &context);
                let scheme = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
                Either::Right(ready(Ok(response)))
            }
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn insert(
    request: &mut Request,
    context: RequestContext,
    principal: Principal,
    portal: &Arc<Portal>,
) {
    let (tenant, request_id) = (context.tenant.clone(), context.request_id.clone());
    let op = OpContext::for_request(tenant, principal, request_id)
        .with_base_path(context.base_path.clone());
    request.extensions_mut().insert(op);
    request.extensions_mut().insert(portal.clone());
}

async fn find(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
) -> Result<Principal, Error> {
    let name = session_cookie_name(&context.tenant.name);
    let Some(value) = cookie(headers, &name) else { return Ok(Principal::Nobody) };
    Ok(match state.portal.sessions.find(&context.tenant, value).await? {
        Principal::Person(person) => Principal::Person(state.sign_in.complete(person)),
        other => other,
    })
}

/// A path as the value of a query's key.
fn form_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(byte as char);
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
