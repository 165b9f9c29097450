//! Pages and server fns: the user interface, rendered for the request's person and tenant.

use crate::cookies::cookie;
use crate::middleware::page_policy;
use crate::request::RequestContext;
use crate::state::AppState;
use access::{OpContext, Principal};
use app::routes::App;
use app::shell::shell;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
use leptos_router::location::RequestUrl;
use model::kind::view::KindLook;
use model::session::{Density, SessionInfo, Theme};
use model::submitted::SubmittedForm;

/// Every page, every server fn, and the page for addresses that lead nowhere.
pub fn router(state: &AppState) -> Router<AppState> {
    let provide = {
        let state = state.clone();
        move || provide_request(&state)
    };
    let page = {
        let state = state.clone();
        move || shell(state.site.assets())
    };
    Router::new()
        .route("/fn/{*name}", post(server_fn))
        // The first page of a site has an empty path, which a wildcard does not match.
        .route("/docs/{namespace}/{kind}/{name}/", get(whole_page))
        .leptos_routes_with_context(state, routes(cfg!(debug_assertions)), provide, page)
        .fallback(not_found)
}

/// The addresses of pages. The gallery of components is for development only; elsewhere its address
/// leads nowhere. The page for addresses that lead nowhere is the router's fallback, which knows
/// addresses with a slash at their end too.
fn routes(gallery: bool) -> Vec<AxumRouteListing> {
    let mut routes = generate_route_list(App);
    routes.retain(|route| !route.path().contains("{*missing}"));
    routes.retain(|route| gallery || route.path() != "/ui");
    routes
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    /// Only the name counts: files are served, and the document is written, by ourselves.
    fn from_ref(_: &AppState) -> LeptosOptions {
        LeptosOptions::builder().output_name("callboard").build()
    }
}

async fn server_fn(State(state): State<AppState>, request: Request) -> Response {
    let provide = move || provide_request(&state);
    leptos_axum::handle_server_fns_with_context(provide, request).await.into_response()
}

async fn not_found(state: State<AppState>, request: Request<Body>) -> Response {
    if let Some(to) = without_slash(&request) {
        return Redirect::permanent(&to).into_response();
    }
    let mut response = whole_page(state, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// The address of a page that was asked for with a slash at its end.
fn without_slash(request: &Request<Body>) -> Option<String> {
    let context = request.extensions().get::<RequestContext>()?;
    let path = request.uri().path();
    let plain = path.trim_end_matches('/');
    // What begins with two slashes would lead to another host.
    let is_path = plain.starts_with('/') && !plain.starts_with("//");
    if request.method() != Method::GET || plain == path || !is_path {
        return None;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{plain}{query}", context.base_path))
}

/// A page that is sent when all of it is there.
pub(crate) async fn whole_page(state: State<AppState>, request: Request<Body>) -> Response {
    whole_page_with(state, request, || ()).await
}

/// The answer with all of its body: what fails in making it is an answer of its own, and no page
/// that is cut off.
async fn whole(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(error) => {
            tracing::error!("a page could not be made: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// As [`whole_page`], where the page finds more in its context than what is known of the request.
pub(crate) async fn whole_page_with(
    State(state): State<AppState>,
    request: Request<Body>,
    provide_more: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    let provide = {
        let state = state.clone();
        move || {
            provide_more();
            provide_request(&state);
        }
    };
    let page = move || shell(state.site.assets());
    let render = leptos_axum::render_app_async_with_context(provide, page);
    whole(render(request).await).await
}

/// What the user interface knows of the request it is rendered for.
fn provide_request(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce, &state.image_hosts))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let Some(context) = parts.extensions.get::<RequestContext>() else { return };
    // The router sees the address as the browser does, tenant's prefix included.
    provide_context(RequestUrl::new(&format!("http://callboard{}", context.original)));
    if let Some(form) = parts.extensions.get::<SubmittedForm>() {
        provide_context(form.clone());
    }
    let principal = parts.extensions.get::<OpContext>().map(|op| &op.principal);
    let person = match principal {
        Some(Principal::Person(person)) => Some(person.clone()),
        _ => None,
    };
    let chosen = |name: &str| cookie(&parts.headers, name);
    let theme = chosen("callboard_theme");
    let density = chosen("callboard_density");
    let sidebar = chosen("callboard_sidebar");
    provide_context(SessionInfo {
        base_path: context.base_path.clone(),
        theme: theme.map_or(Theme::System, Theme::parse),
        density: density.map_or(Density::Compact, Density::parse),
        narrow_sidebar: sidebar == Some("narrow"),
        development: state.development,
        tenant: context.tenant.name.clone(),
        branding: context.tenant.branding.clone(),
        sign_in: if person.is_none() { state.sign_in.options() } else { Vec::new() },
        kinds: kinds(parts.extensions.get::<OpContext>(), state),
        person,
        image_hosts: state.image_hosts.clone(),
    });
}

/// The kinds that were added, for whoever may see them.
fn kinds(op: Option<&OpContext>, state: &AppState) -> Vec<KindLook> {
    op.and_then(|op| state.portal.catalog.kind_looks(op).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gallery_is_a_page_in_development_only() {
        let has = |gallery| routes(gallery).iter().any(|route| route.path() == "/ui");
        assert!(has(true) && !has(false));
        assert!(routes(false).iter().any(|route| route.path() == "/catalog"));
    }

    #[test]
    fn an_address_that_leads_nowhere_is_no_page() {
        assert!(routes(true).iter().all(|route| !route.path().contains("missing")));
    }
}
