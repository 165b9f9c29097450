//! The map of pages.

use crate::catalog::{kind_icon_among, kind_title_among};
use crate::failed::NotFoundPage;
use crate::layout::{
    Frame, PaletteGroup, PaletteItem, PaletteSearch, Prefetch, palette_find,
    provide_palette_search, provide_prefetch,
};
use crate::parts;
use crate::session::{SignInPage, provide_submitted_form, use_session};
use crate::ui::{IconName, provide_product_name};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};
use model::catalog::EntityLink;
use model::kind::view::KindLook;

/// The user interface.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let session = use_session();
    provide_product_name(session.branding.product_name.clone());
    provide_submitted_form();
    let kinds = session.kinds.clone();
    let base = session.base_path.clone();
    provide_palette_search(PaletteSearch::new(move |text| {
        find_entities(text, kinds.clone(), base.clone())
    }));
    let base = session.base_path.clone();
    provide_prefetch(Prefetch::new(move |address| {
        parts::load_ahead(address.strip_prefix(base.as_str()).unwrap_or(address));
    }));
    let (is_routing, set_is_routing) = signal(false);
    view! {
        <Router base=session.base_path set_is_routing>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=move || view! { <Frame is_routing /> }>
                    // The dashboard is sent widget by widget, in order, so that it reads without
                    // script too; every other page is sent whole, with a status that is true.
                    <Route path=path!("/") view=parts::DASHBOARD ssr=SsrMode::InOrder />
                    <Route path=path!("/insights/delivery") view=parts::DELIVERY ssr=SsrMode::Async />
                    <Route path=path!("/catalog") view=parts::CATALOG ssr=SsrMode::Async />
                    <Route path=path!("/catalog/sources") view=parts::SOURCES ssr=SsrMode::Async />
                    <Route path=path!("/catalog/changes") view=parts::CHANGES ssr=SsrMode::Async />
                    // Before the page of an entity, whose path it would be.
                    <Route
                        path=path!("/catalog/administration/kinds/:name")
                        view=parts::KIND
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/administration/kinds")
                        view=parts::KINDS
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/:namespace/:kind/:name")
                        view=parts::ENTITY
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/:namespace/:kind/:name/edit")
                        view=parts::ENTITY_EDIT
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/administration")
                        view=parts::CATALOG_ADMINISTRATION
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/administration/removals")
                        view=parts::CATALOG_REMOVALS
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/organisation")
                        view=parts::ORGANISATION
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/catalog/register")
                        view=parts::REGISTER
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/create") view=parts::TEMPLATE_LIST ssr=SsrMode::Async />
                    <Route
                        path=path!("/create/templates/:namespace/:name")
                        view=parts::TEMPLATE
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/create/runs") view=parts::RUN_LIST ssr=SsrMode::Async />
                    <Route path=path!("/create/runs/:id") view=parts::RUN ssr=SsrMode::Async />
                    <Route path=path!("/docs") view=parts::DOCS_LIST ssr=SsrMode::Async />
                    <Route
                        path=path!("/docs/:namespace/:kind/:name/*path")
                        view=parts::DOCS
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/ui") view=gallery() ssr=SsrMode::Async />
                    // Last, since every path fits it. The server answers it with 404.
                    <Route path=path!("/*missing") view=NotFoundPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The kit's gallery belongs to development builds.
#[cfg(debug_assertions)]
fn gallery() -> parts::PartPage {
    parts::GALLERY
}

#[cfg(not(debug_assertions))]
fn gallery() -> fn() -> AnyView {
    || view! { <NotFoundPage /> }.into_any()
}

/// Templates and entities for the palette; when they cannot be searched, the pages in it still work.
async fn find_entities(text: String, kinds: Vec<KindLook>, base: String) -> Vec<PaletteItem> {
    let (templates, entities) = palette_find(text).await.unwrap_or_default();
    let template = |link: &EntityLink| PaletteItem {
        group: PaletteGroup::Template,
        href: format!("{base}{}", form_path(link)),
        detail: String::new(),
        icon: IconName::LayoutTemplate,
        title: link.title.clone(),
    };
    let entity = |link: &EntityLink| PaletteItem {
        group: PaletteGroup::Entity,
        href: format!("{base}{}", link.path()),
        detail: kind_title_among(&link.kind, &kinds),
        icon: kind_icon_among(&link.kind, &kinds),
        title: link.title.clone(),
    };
    templates.iter().map(template).chain(entities.iter().map(entity)).collect()
}

/// Where the form of a template is.
fn form_path(template: &EntityLink) -> String {
    template.path().replacen("/catalog/", "/create/templates/", 1).replacen("/template/", "/", 1)
}
