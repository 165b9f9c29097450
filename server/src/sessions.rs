//! Sessions of browsers: opened, found ended, closed, and where a browser is led afterwards.

use crate::cookies::{cookie, lasting_cookie, session_cookie_name};
use crate::request::RequestContext;
use crate::sign_in::SignInPerson;
use crate::state::AppState;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use model::Error;

/// Somebody who is signed in has no need of the sign-in page.
pub fn signed_in_already(context: &RequestContext, query: &str) -> Response {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let to = pairs.find(|(name, _)| name == "return_to" || name == "next");
    redirect(context, to.as_ref().map_or("/", |(_, to)| to), Vec::new())
}

/// A future that is ready when the session of a request has ended. It never is for who has none.
pub async fn session_ended(state: AppState, context: RequestContext, headers: HeaderMap) {
    let name = session_cookie_name(&context.tenant.name);
    match cookie(&headers, &name) {
        Some(value) => {
            let sessions = &state.portal.sessions;
            sessions.until_ended(context.tenant.clone(), value.to_owned()).await;
        }
        None => std::future::pending().await,
    }
}

/// Ends the session whose cookie a request carries, if it carries one.
pub(crate) async fn close(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
) -> Result<(), Error> {
    let name = session_cookie_name(&context.tenant.name);
    let Some(value) = cookie(headers, &name) else { return Ok(()) };
    state.portal.sessions.close(&context.tenant, value).await
}

/// Opens a session; the answer is the `Set-Cookie` value.
pub async fn open(
    state: &AppState,
    context: &RequestContext,
    offered: &SignInPerson,
) -> Result<HeaderValue, Error> {
    let (tenant, request_id) = (&context.tenant, context.request_id.clone());
    let (person, provider) = (&offered.person, &offered.provider);
    let value = state.portal.sign_in(tenant, request_id, person, provider).await?;
    let name = session_cookie_name(&context.tenant.name);
    let seconds = access::SESSION_LIFETIME_MS / 1000;
    Ok(lasting_cookie(&name, &value, context.cookie_path(), seconds, state.sign_in.secure))
}

/// Back to a page of this tenant, and to nowhere else.
pub(crate) fn redirect(context: &RequestContext, to: &str, cookies: Vec<HeaderValue>) -> Response {
    let local = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && !to.chars().any(char::is_control);
    let base = &context.base_path;
    let target = match local {
        true if to.starts_with(&format!("{base}/")) => to.to_owned(),
        true => format!("{base}{to}"),
        false => format!("{base}/"),
    };
    let mut response = Redirect::to(&target).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
