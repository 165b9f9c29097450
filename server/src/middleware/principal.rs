//! Finds out who a request is from: a session's cookie for pages, a bearer token for REST.

use crate::cookies::{cookie, session_cookie_name};
use crate::errors::error_response;
use crate::middleware::client::peer;
use crate::request::{RequestContext, sign_in_path};
use crate::sessions;
use crate::state::AppState;
use access::{OpContext, Principal, RefusalReason};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::future::{Either, Ready, ready};
use model::Error;
use portal::Portal;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
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
        Err(error) => return error_response(&error, &context),
    };
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !path.starts_with("/fn/")
        && !path.starts_with("/events/");
    let open_to_all = path == "/sign-in" || path.starts_with("/session/");
    if principal == Principal::Nobody && is_page && !open_to_all {
        let signed_out = cookie(request.headers(), "callboard_signed_out").is_some();
        let first = state.sign_in.people.first().filter(|_| state.sign_in.automatic && !signed_out);
        let Some(offered) = first else {
            let to = sign_in_path(&context, &context.original);
            return Redirect::to(&to).into_response();
        };
        match sessions::open(&state, &context, offered).await {
            Ok(cookie) => opened = Some(cookie),
            Err(error) => return error_response(&error, &context),
        }
        principal = Principal::Person(offered.person.clone());
    }
    if is_page && path == "/sign-in" && matches!(principal, Principal::Person(_)) {
        return sessions::signed_in_already(&context, request.uri().query().unwrap_or_default());
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
        WithRestPrincipal { inner, state: self.0.clone() }
    }
}

/// See [`RestPrincipal`].
#[derive(Clone)]
pub struct WithRestPrincipal<S> {
    inner: S,
    state: AppState,
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
        let refused = |reason| {
            let who = peer(request.extensions()).map(|address| address.to_string());
            context.tenant.refusals.note(reason, "token", &who.unwrap_or_default());
        };
        match self.state.program(&request) {
            Ok(principal) => {
                insert(&mut request, context, principal, &self.state.portal);
                Either::Left(self.inner.call(request))
            }
            Err(Refused::Unknown(reason)) => {
                refused(RefusalReason::Denied);
                let error = Error::unauthenticated(reason);
                let mut response = error_response(&error, &context);
                let scheme = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
                Either::Right(ready(Ok(response)))
            }
            Err(Refused::Wait(time)) => {
                refused(RefusalReason::Throttled);
                let error = Error::too_many("Too many wrong tokens came from this address.", time);
                Either::Right(ready(Ok(error_response(&error, &context))))
            }
        }
    }
}

/// Why a program is not let in.
enum Refused {
    Unknown(&'static str),
    Wait(Duration),
}

impl AppState {
    /// The program whose token a request carries. After some wrong tokens its address has to wait,
    /// but for tokens that were right there lately.
    fn program(&self, request: &Request) -> Result<Principal, Refused> {
        let token = bearer(request.headers()).ok_or(Refused::Unknown("Missing credentials"))?;
        let Some(address) = peer(request.extensions()) else {
            return self.portal.tokens.find(token).ok_or(Refused::Unknown("Illegal token"));
        };
        let throttle = &self.token_throttle;
        if let Some(time) = throttle.wait(address, "")
            && !throttle.is_known(address, token)
        {
            return Err(Refused::Wait(time));
        }
        match self.portal.tokens.find(token) {
            Some(principal) => {
                throttle.right(address, token);
                Ok(principal)
            }
            None => {
                throttle.wrong(address, "");
                Err(Refused::Unknown("Illegal token"))
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
