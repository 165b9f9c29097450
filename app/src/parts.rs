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
use crate::ui::ErrorState;
#[cfg(debug_assertions)]
use crate::ui::gallery::GalleryPage;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
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
                leptos::prefetch_lazy_fn_on_server(stringify!($part));
                match $part(Call::Page($number)).await {
                    Ok(view) => view,
                    Err(_) => view! { <NotLoaded /> }.into_any(),
                }
            }

            // The router waits for it, so that a page is taken over as the server sent it. When it
            // fails, `view` tries once more and says so.
            async fn preload() {
                let _ = $preload().await;
            }
        }
    };
}

#[wasm_split(home_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_home))]
fn home_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <DashboardPage /> }.into_any(),
        Call::Page(_) => view! { <DeliveryPage /> }.into_any(),
        Call::Ahead(_) => ().into_any(),
    })
}

page!(
    /// The dashboard.
    DashboardRoute, home_part, preload_home, 0
);
page!(
    /// What is behind the delivery figures.
    DeliveryRoute, home_part, preload_home, 1
);

#[wasm_split(catalog_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_catalog))]
fn catalog_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <CatalogPage /> }.into_any(),
        Call::Page(_) => view! { <EntityPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::catalog::fetch_ahead(&below);
            ().into_any()
        }
    })
}

page!(
    /// The list of entities.
    CatalogRoute, catalog_part, preload_catalog, 0
);
page!(
    /// One entity.
    EntityRoute, catalog_part, preload_catalog, 1
);

#[wasm_split(create_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_create))]
fn create_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <TemplateListPage /> }.into_any(),
        Call::Page(1) => view! { <TemplatePage /> }.into_any(),
        Call::Page(2) => view! { <TaskListPage /> }.into_any(),
        #[cfg(debug_assertions)]
        Call::Page(4) => view! { <GalleryPage /> }.into_any(),
        Call::Page(_) => view! { <TaskPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::scaffolder::fetch_ahead(&below);
            ().into_any()
        }
    })
}

page!(
    /// The list of templates.
    TemplateListRoute, create_part, preload_create, 0
);
page!(
    /// A template's form.
    TemplateRoute, create_part, preload_create, 1
);
page!(
    /// The list of runs.
    TaskListRoute, create_part, preload_create, 2
);
page!(
    /// One run.
    TaskRoute, create_part, preload_create, 3
);

#[wasm_split(docs_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_docs))]
fn docs_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <DocsListPage /> }.into_any(),
        Call::Page(_) => view! { <DocsPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::techdocs::fetch_ahead(&below);
            ().into_any()
        }
    })
}

page!(
    /// The list of documentation sites.
    DocsListRoute, docs_part, preload_docs, 0
);
page!(
    /// A page of documentation.
    DocsRoute, docs_part, preload_docs, 1
);

page!(
    /// Every component of the kit in every state; in development builds only, where it comes with
    /// another part, since every part multiplies the files of what parts share.
    GalleryRoute, create_part, preload_create, 4
);

/// Loads the part that this address (without the tenant's prefix) belongs to, and its data. Only pages
/// in a browser call it.
pub fn load_ahead(address: &str) {
    use std::future::Future;
    async fn ahead<F>(part: fn(Call) -> F, below: String)
    where
        F: Future<Output = Result<AnyView, SplitLoaderError>>,
    {
        let _ = part(Call::Ahead(below)).await;
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

/// In place of a page whose part did not come: the network failed, or there is a newer version of
/// the program on the server, which has no use for the old parts.
#[component]
fn NotLoaded() -> impl IntoView {
    let again = move |()| {
        let _ = window().location().reload();
    };
    view! {
        <ErrorState
            title="This part of the portal could not be loaded"
            message="The network failed, or the portal was updated while this page was open. Load the page again."
            on_retry=Callback::new(again)
        />
    }
}
