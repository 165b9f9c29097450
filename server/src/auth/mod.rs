//! Signing in and out: ordinary forms, so that they work without script.

mod cookies;

pub use cookies::{cookie, session_cookie_name};

use crate::middleware::RequestContext;
use crate::state::AppState;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, response::Redirect};
use cookies::{expired_cookie, lasting_cookie};
use model::Error;
use model::session::{Person, SignInOption, Theme};
use serde::Deserialize;

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

/// The form of the sign-in page.
#[derive(Deserialize)]
pub struct SignInForm {
    provider: String,
    user_ref: String,
    #[serde(default)]
    return_to: String,
}

/// `POST /session/sign-in`
pub async fn sign_in(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    Form(form): Form<SignInForm>,
) -> Response {
    let found = state.sign_in.people.iter().find(|offered| {
        offered.provider == form.provider && offered.person.user_ref == form.user_ref
    });
    let Some(offered) = found else {
        return crate::rest::error_response(
            &Error::forbidden(
                "This way to sign in is not offered here. Go back and choose another.",
            ),
            &context,
        );
    };
    match open(&state, &context, offered).await {
        Ok(cookie) => redirect(&context, &form.return_to, vec![cookie]),
        Err(error) => crate::rest::error_response(&error, &context),
    }
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
    headers: HeaderMap,
) -> Response {
    let name = session_cookie_name(&context.tenant.name);
    if let Some(value) = cookie(&headers, &name)
        && let Err(error) = state.portal.sessions.close(&context.tenant, value).await
    {
        return crate::rest::error_response(&error, &context);
    }
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
    const YEAR: i64 = 365 * 86_400;
    let theme = Theme::parse(&form.theme).as_str();
    let path = context.cookie_path();
    let cookie = lasting_cookie("callboard_theme", theme, path, YEAR, state.sign_in.secure);
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        return redirect(&context, &form.return_to, vec![cookie]);
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
