//! Forms that a browser sends by itself, as a whole page: what is accepted leads back to the page
//! it was sent from, what is not comes back as that page with the fields as they were.
//!
//! A handler that takes a form calls [`form_again`] for every error. The page reads what was sent
//! with the functions of `app/src/session/submitted.rs`, where their use is described. Nothing is
//! stored: the page is the answer to the POST, and a script in its head gives it back its address.

use crate::errors::{retry_after, status};
use crate::pages;
use crate::request::{RequestContext, sign_in_path};
use crate::state::AppState;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use model::Error;
use model::submitted::SubmittedForm;

/// What a form may weigh at most.
const MAX_FORM: usize = 10 * 1024 * 1024;

/// The header by which the framework says that a server fn failed.
const SERVER_FN_ERROR: &str = "serverfnerror";

/// What the error of a server fn may weigh at most.
const MAX_ERROR: usize = 1024 * 1024;

/// Whether a browser sends a form by itself, so that its answer is shown as a page.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text(header::ACCEPT).contains("text/html")
        && text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded")
}

/// The framework answers every error of a server fn with 500; the error in its body says better.
async fn with_status_of_error(response: Response) -> Response {
    if !response.headers().contains_key(SERVER_FN_ERROR) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ERROR).await.unwrap_or_default();
    parts.status = status(&serde_json::from_slice(&body).unwrap_or(Error::internal("")));
    Response::from_parts(parts, Body::from(body))
}

/// Runs before server fns: what a browser posts to one by itself is answered with a page.
pub async fn forms_of_server_fns(state: State<AppState>, request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST
        && request.uri().path().starts_with("/fn/")
        && is_plain_form(request.headers());
    if !is_form {
        return with_status_of_error(next.run(request).await).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_FORM).await else {
        return form_again(state, parts, Vec::new(), too_large()).await;
    };
    let mut call = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    // The framework would redirect to wherever the request says it comes from.
    call.headers_mut().remove(header::ACCEPT);
    let mut response = next.run(call).await;
    if response.headers_mut().remove(SERVER_FN_ERROR).is_none() {
        if response.status().is_success() {
            return back(&parts, response.headers());
        }
        // A redirect of its own.
        return response;
    }
    let error = match to_bytes(response.into_body(), MAX_FORM).await {
        Ok(text) => serde_json::from_slice(&text).unwrap_or(Error::internal("")),
        Err(_) => Error::internal(""),
    };
    let fields = form_urlencoded::parse(&bytes).into_owned().collect();
    form_again(state, parts, fields, error).await
}

/// The fields of a form, beside the rest of its request; the answer when they cannot be read.
pub async fn read(
    state: State<AppState>,
    request: Request,
) -> Result<(Parts, Vec<(String, String)>), Response> {
    let (parts, body) = request.into_parts();
    match to_bytes(body, MAX_FORM).await {
        Ok(bytes) => Ok((parts, form_urlencoded::parse(&bytes).into_owned().collect())),
        Err(_) => Err(form_again(state, parts, Vec::new(), too_large()).await),
    }
}

/// The page a form was sent from, with its fields and what is wrong with them. The status is the
/// error's. Who is not signed in any more is sent to the sign-in page first.
pub async fn form_again(
    state: State<AppState>,
    parts: Parts,
    fields: Vec<(String, String)>,
    error: Error,
) -> Response {
    let Some(context) = parts.extensions.get::<RequestContext>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let error = match error {
        Error::Internal { .. } => Error::internal(&*context.request_id),
        other => other,
    };
    let page = page_of(&parts, &context);
    if matches!(error, Error::Unauthenticated { .. }) {
        return Redirect::to(&sign_in_path(&context, &page)).into_response();
    }
    let (status, wait) = (status(&error), retry_after(&error));
    let action = parts.uri.path().to_owned();
    let form = SubmittedForm { action, page: page.clone(), fields, error };
    let mut request = get_of(parts, &context, &page);
    request.extensions_mut().insert(form);
    let mut response = pages::whole_page(state, request).await;
    *response.status_mut() = status;
    response.headers_mut().extend(wait);
    response
}

/// Said of a form that is too large to be read.
pub fn too_large() -> Error {
    Error::invalid(format!(
        "The form is larger than {} MB. Send less at once.",
        MAX_FORM / 1024 / 1024
    ))
}

/// Where a request for one of the portal's pages came from, as path and query; home when a browser
/// does not say, or names another site.
fn page_of(parts: &Parts, context: &RequestContext) -> String {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let own = || {
        let from: Uri = text(header::REFERER)?.parse().ok()?;
        let host = from.authority()?.as_str();
        if Some(host) != text(header::HOST) {
            return None;
        }
        let rest = from.path().strip_prefix(context.base_path.as_str())?;
        // A page, not another call: those are no pages to come back to.
        let is_page = rest.starts_with('/')
            && !rest.starts_with("//")
            && !rest.starts_with("/t/")
            && !["/fn/", "/session/", "/events/"].iter().any(|part| rest.starts_with(part));
        is_page.then(|| from.path_and_query().map(|page| page.as_str().to_owned()))?
    };
    own().unwrap_or_else(|| format!("{}/", context.base_path))
}

/// A request for `page` by whoever sent `parts`.
fn get_of(mut parts: Parts, context: &RequestContext, page: &str) -> Request {
    let within = page.strip_prefix(context.base_path.as_str()).unwrap_or(page);
    parts.uri = within.parse().unwrap_or_else(|_| Uri::from_static("/"));
    parts.method = Method::GET;
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    parts.extensions.insert(context.for_page(page));
    Request::from_parts(parts, Body::empty())
}

/// After a form was accepted: the page it was sent from, as it is now.
fn back(parts: &Parts, headers: &HeaderMap) -> Response {
    let Some(context) = parts.extensions.get::<RequestContext>() else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let mut response = Redirect::to(&page_of(parts, context)).into_response();
    for cookie in headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}
