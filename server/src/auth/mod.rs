//! Signing in and out: ordinary forms, so that they work without script.

mod cookies;

pub use cookies::{cookie, session_cookie_name};

use crate::middleware::{RequestContext, peer};
use crate::state::AppState;
use crate::submitted::{self, form_again};
use axum::Form;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, response::Redirect};
use cookies::{expired_cookie, lasting_cookie};
use model::Error;
use model::session::{Density, Person, SignInOption, Theme};
use serde::Deserialize;
use std::time::Duration;

/// Ways to sign in that this instance offers.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// People one may become, with the provider that allows it.
    pub people: Vec<SignInPerson>,
    /// Whether a visitor of the demo becomes the first of them without asking.
    pub automatic: bool,
    /// Whether cookies are only sent over https.
    pub secure: bool,
}

/// Somebody one may become without an identity provider.
#[derive(Debug, Clone)]
pub struct SignInPerson {
    /// `demo` or `guest`.
    pub provider: String,
    /// The person.
    pub person: Person,
    /// A line under the button.
    pub hint: String,
}

impl SignIn {
    /// What the sign-in page shows.
    pub fn options(&self) -> Vec<SignInOption> {
        let option = |person: &SignInPerson| SignInOption {
            provider: person.provider.clone(),
            user_ref: person.person.user_ref.clone(),
            label: format!("Continue as {}", person.person.display_name),
            hint: person.hint.clone(),
        };
        self.people.iter().map(option).collect()
    }

    /// The whole person behind a session's ref: what a session does not keep.
    pub fn complete(&self, person: Person) -> Person {
        let known = self.people.iter().find(|known| known.person.user_ref == person.user_ref);
        known.map_or(person, |known| known.person.clone())
    }
}

/// `POST /session/sign-in`
pub async fn sign_in(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    request: Request,
) -> Response {
    let (parts, fields) = match submitted::read(State(state.clone()), request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let text = |name: &str| {
        fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    };
    let (provider, user_ref) = (text("provider"), text("user_ref"));
    let throttle = &state.sign_in_throttle;
    let address = peer(&parts.extensions);
    if let Some(time) = address.and_then(|address| throttle.wait(address, user_ref)) {
        return wait(state, parts, fields, time).await;
    }
    let found = state
        .sign_in
        .people
        .iter()
        .find(|offered| offered.provider == provider && offered.person.user_ref == user_ref);
    let opened = match found {
        Some(offered) => open(&state, &context, offered).await,
        None => {
            if let Some(address) = address {
                throttle.wrong(address, user_ref);
            }
            Err(Error::forbidden("This way to sign in is not offered here. Choose another."))
        }
    };
    match opened {
        Ok(cookie) => {
            // A browser has one session: what it had before is of no use to anybody but a thief.
            if let Err(error) = close(&state, &context, &parts.headers).await {
                tracing::warn!("the session before this sign-in could not be ended: {error}");
            }
            redirect(&context, text("return_to"), vec![cookie])
        }
        Err(error) => form_again(State(state), parts, fields, error).await,
    }
}

/// To who has tried too often: the page again, with the time to wait.
async fn wait(
    state: AppState,
    parts: Parts,
    fields: Vec<(String, String)>,
    time: Duration,
) -> Response {
    let seconds = time.as_secs() + 1;
    let error = Error::unavailable(format!(
        "There were too many attempts to sign in. Try again in {seconds} seconds."
    ));
    let mut response = form_again(State(state), parts, fields, error).await;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

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
async fn close(
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
    let sessions = &state.portal.sessions;
    let value = sessions.open(&context.tenant, &offered.person, &offered.provider).await?;
    let name = session_cookie_name(&context.tenant.name);
    let seconds = access::SESSION_LIFETIME_MS / 1000;
    Ok(lasting_cookie(&name, &value, context.cookie_path(), seconds, state.sign_in.secure))
}

/// `POST /session/sign-out`
pub async fn sign_out(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    if let Err(error) = close(&state, &context, &parts.headers).await {
        return form_again(State(state), parts, Vec::new(), error).await;
    }
    let name = session_cookie_name(&context.tenant.name);
    let path = context.cookie_path();
    let cookies = vec![
        expired_cookie(&name, path, state.sign_in.secure),
        // So that the demo does not sign in again at once.
        lasting_cookie("callboard_signed_out", "1", path, 3600, state.sign_in.secure),
    ];
    redirect(&context, "/sign-in", cookies)
}

/// The form of the theme switch.
#[derive(Deserialize)]
pub struct ThemeForm {
    theme: String,
    #[serde(default)]
    return_to: String,
}

/// `POST /session/theme`
pub async fn theme(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    Form(form): Form<ThemeForm>,
) -> Response {
    let theme = Theme::parse(&form.theme).as_str();
    chosen(&state, &context, &headers, ("callboard_theme", theme), &form.return_to)
}

/// The form of the switch between compact and comfortable rows.
#[derive(Deserialize)]
pub struct DensityForm {
    density: String,
    #[serde(default)]
    return_to: String,
}

/// `POST /session/density`
pub async fn density(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    Form(form): Form<DensityForm>,
) -> Response {
    let density = Density::parse(&form.density).as_str();
    chosen(&state, &context, &headers, ("callboard_density", density), &form.return_to)
}

/// Remembers in this browser how the portal should look; a form is led back to its page.
fn chosen(
    state: &AppState,
    context: &RequestContext,
    headers: &HeaderMap,
    (name, value): (&str, &str),
    return_to: &str,
) -> Response {
    const YEAR: i64 = 365 * 86_400;
    let cookie = lasting_cookie(name, value, context.cookie_path(), YEAR, state.sign_in.secure);
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        return redirect(context, return_to, vec![cookie]);
    }
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}

/// Back to a page of this tenant, and to nowhere else.
fn redirect(context: &RequestContext, to: &str, cookies: Vec<HeaderValue>) -> Response {
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
