//! The whole URL map, and the order of what happens to each request.

use crate::state::AppState;
use crate::{
    assets, auth, catalog_feed, catalog_files, docs_files, events, forms, graphql, health,
    middleware as mw, moved, pages, rest, submitted, webhooks,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::limit::RequestBodyLimitLayer;

/// What a form or a call may weigh at most.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Smaller answers of REST are sent as they are.
const COMPRESS_FROM: u16 = 1024;

/// Every address of the program. `mw::strip_tenant_prefix` runs before it.
pub fn build_router(state: AppState) -> Router {
    let site = Router::new()
        .route("/pkg/{*file}", get(assets::serve))
        .route("/favicon.ico", get(assets::serve))
        .route("/favicon.svg", get(assets::serve))
        .route("/apple-touch-icon.png", get(assets::serve))
        .route("/site.webmanifest", get(assets::serve))
        .route("/robots.txt", get(health::robots))
        .with_state(state.clone())
        .layer(from_fn_with_state(state.clone(), mw::own_hosts));
    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route(health::LIVENESS, get(health::liveness))
        .route(health::READINESS, get(health::readiness))
        .with_state(state.clone());
    let development = match state.development {
        true => Router::new().route("/__reload", get(health::reload)).with_state(state.clone()),
        false => Router::new(),
    };
    // Programs ask often and for little, so what stands before REST is kept light, and in one
    // stack: each `layer` of a router costs every request an allocation or two.
    let api = rest::router(&state).merge(graphql::router()).layer(
        ServiceBuilder::new()
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(
                CompressionLayer::new()
                    .quality(CompressionLevel::Fastest)
                    .compress_when(SizeAbove::new(COMPRESS_FROM).and(NotForContentType::IMAGES)),
            )
            .layer(mw::RestPrincipal(state.clone())),
    );
    let pages = pages::router(&state)
        .route("/session/sign-in", post(auth::sign_in))
        .route("/session/sign-out", post(auth::sign_out))
        .route("/session/theme", post(auth::theme))
        .route("/session/density", post(auth::density))
        .route("/catalog/register", post(forms::register))
        .route("/create/start", post(forms::start_task))
        .route("/create/tasks", get(moved::run_list))
        .route("/create/tasks/{id}", get(moved::run))
        .route("/catalog/administration/kinds/{name}", post(forms::kind))
        .route("/events/tasks/{id}", get(events::task))
        .route("/events/catalog", get(events::list))
        .route("/events/catalog/{namespace}/{kind}/{name}", get(events::entity))
        .route("/catalog/changes.atom", get(catalog_feed::changes))
        .route("/docs-files/{namespace}/{kind}/{name}/{*path}", get(docs_files::file))
        .route("/catalog-files/{namespace}/{kind}/{name}", get(catalog_files::descriptor))
        .route(
            "/catalog-files/{namespace}/{kind}/{name}/definition",
            get(catalog_files::definition),
        )
        .with_state(state.clone())
        .layer(from_fn_with_state(state.clone(), submitted::forms_of_server_fns))
        .layer(from_fn(mw::keep_owner))
        .layer(from_fn(mw::page_headers))
        .layer(from_fn_with_state(state.clone(), mw::page_principal))
        .layer(from_fn(mw::refuse_cross_site))
        .layer(CompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(MAX_BODY));
    let portal = Router::new()
        .merge(api)
        .merge(pages)
        .merge(webhooks::router(&state))
        .layer(ServiceBuilder::new().layer(mw::SecurityHeaders).layer(mw::InContext(state)));
    let plain = Router::new().merge(site).merge(health).merge(development);
    portal.merge(plain.layer(mw::SecurityHeaders))
}
