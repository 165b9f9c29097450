//! The parts of the portal. Each is a program of its own, which the browser loads when somebody
//! first goes there, or is about to.
//!
//! Pages that are usually visited one after the other belong to one part. What several parts use is
//! cut out by the build and shared.

// A call from one program into another is an import, and the macro writes it as such.
#![allow(unsafe_code)]

use crate::catalog::{CatalogPage, EntityPage};
use crate::dashboard::{DashboardPage, DeliveryPage};
use crate::scaffolder::{TaskListPage, TaskPage, TemplateListPage, TemplatePage};
use crate::techdocs::{DocsListPage, DocsPage};
#[cfg(debug_assertions)]
use crate::ui::gallery::GalleryPage;
use leptos::prelude::*;
use leptos_router::LazyRoute;

/// What is asked of a part.
pub enum Call {
    /// One of its pages.
    Page(u8),
    /// The data of the page at this address, without showing it.
    Ahead(String),
}

/// A page of a part as the router knows it.
macro_rules! page {
    ($(#[$meta:meta])* $route:ident, $part:ident, $preload:ident, $number:literal) => {
        $(#[$meta])*
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                $route
            }

            async fn view(_: Self) -> AnyView {
                $part(Call::Page($number)).await
            }

            async fn preload() {
                #[cfg(feature = "hydrate")]
                $preload().await;
            }
        }
    };
}

#[lazy]
fn home_part(call: Call) -> AnyView {
    match call {
        Call::Page(0) => view! { <DashboardPage /> }.into_any(),
        Call::Page(_) => view! { <DeliveryPage /> }.into_any(),
        Call::Ahead(_) => ().into_any(),
    }
}

page!(
    /// The dashboard.
    DashboardRoute, home_part, __preload_home_part, 0
);
page!(
    /// What is behind the delivery figures.
    DeliveryRoute, home_part, __preload_home_part, 1
);

#[lazy]
fn catalog_part(call: Call) -> AnyView {
    match call {
        Call::Page(0) => view! { <CatalogPage /> }.into_any(),
        Call::Page(_) => view! { <EntityPage /> }.into_any(),
        Call::Ahead(below) => nothing(crate::catalog::fetch_ahead(&below)),
    }
}

page!(
    /// The list of entities.
    CatalogRoute, catalog_part, __preload_catalog_part, 0
);
page!(
    /// One entity.
    EntityRoute, catalog_part, __preload_catalog_part, 1
);

#[lazy]
fn create_part(call: Call) -> AnyView {
    match call {
        Call::Page(0) => view! { <TemplateListPage /> }.into_any(),
        Call::Page(1) => view! { <TemplatePage /> }.into_any(),
        Call::Page(2) => view! { <TaskListPage /> }.into_any(),
        Call::Page(_) => view! { <TaskPage /> }.into_any(),
        Call::Ahead(below) => nothing(crate::scaffolder::fetch_ahead(&below)),
    }
}

page!(
    /// The list of templates.
    TemplateListRoute, create_part, __preload_create_part, 0
);
page!(
    /// A template's form.
    TemplateRoute, create_part, __preload_create_part, 1
);
page!(
    /// The list of runs.
    TaskListRoute, create_part, __preload_create_part, 2
);
page!(
    /// One run.
    TaskRoute, create_part, __preload_create_part, 3
);

#[lazy]
fn docs_part(call: Call) -> AnyView {
    match call {
        Call::Page(0) => view! { <DocsListPage /> }.into_any(),
        Call::Page(_) => view! { <DocsPage /> }.into_any(),
        Call::Ahead(below) => nothing(crate::techdocs::fetch_ahead(&below)),
    }
}

page!(
    /// The list of documentation sites.
    DocsListRoute, docs_part, __preload_docs_part, 0
);
page!(
    /// A page of documentation.
    DocsRoute, docs_part, __preload_docs_part, 1
);

#[cfg(debug_assertions)]
#[lazy]
fn gallery_part() -> AnyView {
    view! { <GalleryPage /> }.into_any()
}

/// Every component of the kit in every state; in development builds only.
#[cfg(debug_assertions)]
pub struct GalleryRoute;

#[cfg(debug_assertions)]
impl LazyRoute for GalleryRoute {
    fn data() -> Self {
        GalleryRoute
    }

    async fn view(_: Self) -> AnyView {
        gallery_part().await
    }

    async fn preload() {
        #[cfg(feature = "hydrate")]
        __preload_gallery_part().await;
    }
}

/// Loads the part that this address (without the tenant's prefix) belongs to, and its data.
#[cfg(feature = "hydrate")]
pub fn load_ahead(address: &str) {
    use std::future::Future;
    async fn ahead<F: Future<Output = AnyView>>(part: fn(Call) -> F, below: String) {
        part(Call::Ahead(below)).await;
    }
    // What follows the path only narrows down what is shown, and is not fetched.
    let (path, plain) = match address.split_once(['?', '#']) {
        Some((path, _)) => (path, false),
        None => (address, true),
    };
    let path = path.trim_start_matches('/');
    let (first, below) = path.split_once('/').unwrap_or((path, ""));
    let below = if plain { below.to_owned() } else { "?".to_owned() };
    match first {
        "" | "insights" => leptos::task::spawn_local(ahead(home_part, below)),
        "catalog" => leptos::task::spawn_local(ahead(catalog_part, below)),
        "create" => leptos::task::spawn_local(ahead(create_part, below)),
        "docs" => leptos::task::spawn_local(ahead(docs_part, below)),
        _ => {}
    }
}

/// Only browsers load anything ahead.
#[cfg(not(feature = "hydrate"))]
pub fn load_ahead(_address: &str) {}

/// A call that only asks shows nothing.
fn nothing((): ()) -> AnyView {
    ().into_any()
}
