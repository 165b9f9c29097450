//! Signing in and out: ordinary forms, so that they work without script.

use crate::cookies::{expired_cookie, lasting_cookie, session_cookie_name};
use crate::middleware::peer;
use crate::request::RequestContext;
use crate::sessions::{close, open, redirect};
use crate::state::AppState;
use crate::submitted::{self, form_again};
use access::RefusalReason;
use axum::Extension;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Error;
use model::session::{Density, Theme};
use serde::Deserialize;

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
    let refused = |reason| {
        let who = address.map(|address| address.to_string()).unwrap_or_default();
        context.tenant.refusals.note(reason, "sign-in", &who);
    };
    if let Some(time) = address.and_then(|address| throttle.wait(address, user_ref)) {
        refused(RefusalReason::Throttled);
        let error = Error::too_many("There were too many attempts to sign in.", time);
        return form_again(State(state), parts, fields, error).await;
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
            refused(RefusalReason::Denied);
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
