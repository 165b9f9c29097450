//! The parts of the portal. Each is a program of its own, which the browser loads when somebody
//! first goes there, or is about to.
//!
//! Pages that are usually visited one after the other belong to one part. What several parts use is
//! cut out by the build and shared.

// A call from one program into another is an import, and the macro writes it as such.
#![allow(unsafe_code)]

use crate::catalog::{
    CatalogAdministrationPage, CatalogPage, CatalogRemovalsPage, ChangesPage, EntityEditPage,
    EntityPage, KindPage, KindsPage, OrganisationPage, RegisterPage, SourcesPage,
};
use crate::dashboard::{DashboardPage, DeliveryPage};
use crate::scaffolder::{RunListPage, RunPage, TemplateListPage, TemplatePage};
use crate::techdocs::{DocsListPage, DocsPage};
#[cfg(debug_assertions)]
use crate::ui::gallery::GalleryPage;
use crate::ui::{ErrorState, yield_if_hydrating};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::ChooseView;

/// What is asked of a part.
enum Call {
    /// One of its pages.
    Page(u8),
    /// The data of the page at this address, without showing it.
    Ahead(String),
}

/// A page of a part as the router knows it. One type for all of them: what the router makes of a
/// view's type would otherwise be in the program once for every page.
#[derive(Clone, Copy)]
pub struct PartPage {
    part: Part,
    page: u8,
}

#[derive(Clone, Copy)]
enum Part {
    Home,
    Catalog,
    Entity,
    Manage,
    Create,
    Docs,
}

/// The dashboard.
pub const DASHBOARD: PartPage = PartPage { part: Part::Home, page: 0 };
/// What is behind the delivery figures.
pub const DELIVERY: PartPage = PartPage { part: Part::Home, page: 1 };
/// The list of entities.
pub const CATALOG: PartPage = PartPage { part: Part::Catalog, page: 0 };
/// One entity.
pub const ENTITY: PartPage = PartPage { part: Part::Entity, page: 0 };
/// Where entities come from.
pub const SOURCES: PartPage = PartPage { part: Part::Manage, page: 1 };
/// Editing one entity.
pub const ENTITY_EDIT: PartPage = PartPage { part: Part::Manage, page: 0 };
/// Figures for administrators.
pub const CATALOG_ADMINISTRATION: PartPage = PartPage { part: Part::Manage, page: 2 };
/// What waits to be removed, and what was removed.
pub const CATALOG_REMOVALS: PartPage = PartPage { part: Part::Manage, page: 8 };
/// The tree of groups.
pub const ORGANISATION: PartPage = PartPage { part: Part::Manage, page: 3 };
/// Looking at what could be registered.
pub const REGISTER: PartPage = PartPage { part: Part::Manage, page: 4 };
/// The kinds of entities there are.
pub const KINDS: PartPage = PartPage { part: Part::Manage, page: 5 };
/// One of them.
pub const KIND: PartPage = PartPage { part: Part::Manage, page: 6 };
/// What changed in the catalog.
pub const CHANGES: PartPage = PartPage { part: Part::Manage, page: 7 };
/// The list of templates.
pub const TEMPLATE_LIST: PartPage = PartPage { part: Part::Create, page: 0 };
/// A template's form.
pub const TEMPLATE: PartPage = PartPage { part: Part::Create, page: 1 };
/// The list of runs.
pub const RUN_LIST: PartPage = PartPage { part: Part::Create, page: 2 };
/// One run.
pub const RUN: PartPage = PartPage { part: Part::Create, page: 3 };
/// Every component of the kit in every state; in development builds only, where it comes with
/// another part, since every part multiplies the files of what parts share.
pub const GALLERY: PartPage = PartPage { part: Part::Create, page: 4 };
/// The list of documentation sites.
pub const DOCS_LIST: PartPage = PartPage { part: Part::Docs, page: 0 };
/// A page of documentation.
pub const DOCS: PartPage = PartPage { part: Part::Docs, page: 1 };

impl ChooseView for PartPage {
    async fn choose(self) -> AnyView {
        match call(self.part, Call::Page(self.page)).await {
            Ok(view) => view,
            Err(_) => view! { <NotLoaded /> }.into_any(),
        }
    }

    // The router waits for it, so that a page is hydrated as the server sent it. When it fails,
    // `choose` tries once more and says so.
    async fn preload(&self) {
        let _ = match self.part {
            Part::Home => preload_home().await,
            Part::Catalog => preload_catalog().await,
            Part::Entity => preload_entity().await,
            Part::Manage => preload_manage().await,
            Part::Create => preload_create().await,
            Part::Docs => preload_docs().await,
        };
        yield_if_hydrating().await;
    }
}

/// Calls a part, loading it first when it is not there.
async fn call(part: Part, call: Call) -> Result<AnyView, SplitLoaderError> {
    match part {
        Part::Home => home_part(call).await,
        Part::Catalog => catalog_part(call).await,
        Part::Entity => entity_part(call).await,
        Part::Manage => manage_part(call).await,
        Part::Create => create_part(call).await,
        Part::Docs => docs_part(call).await,
    }
}

#[wasm_split(home_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_home))]
fn home_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <DashboardPage /> }.into_any(),
        Call::Page(_) => view! { <DeliveryPage /> }.into_any(),
        Call::Ahead(_) => ().into_any(),
    })
}

#[wasm_split(catalog_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_catalog))]
fn catalog_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(_) => view! { <CatalogPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::catalog::fetch_list_ahead(&below);
            ().into_any()
        }
    })
}

#[wasm_split(entity_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_entity))]
fn entity_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(_) => view! { <EntityPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::catalog::fetch_entity_ahead(&below);
            ().into_any()
        }
    })
}

// What of the catalog is opened now and then.
#[wasm_split(manage_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_manage))]
fn manage_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <EntityEditPage /> }.into_any(),
        Call::Page(1) => view! { <SourcesPage /> }.into_any(),
        Call::Page(2) => view! { <CatalogAdministrationPage /> }.into_any(),
        Call::Page(3) => view! { <OrganisationPage /> }.into_any(),
        Call::Page(4) => view! { <RegisterPage /> }.into_any(),
        Call::Page(5) => view! { <KindsPage /> }.into_any(),
        Call::Page(7) => view! { <ChangesPage /> }.into_any(),
        Call::Page(8) => view! { <CatalogRemovalsPage /> }.into_any(),
        Call::Page(_) => view! { <KindPage /> }.into_any(),
        Call::Ahead(_) => ().into_any(),
    })
}

#[wasm_split(create_part, wasm_split_path = leptos::wasm_split, fallible, preload(preload_create))]
fn create_part(call: Call) -> Result<AnyView, SplitLoaderError> {
    Ok(match call {
        Call::Page(0) => view! { <TemplateListPage /> }.into_any(),
        Call::Page(1) => view! { <TemplatePage /> }.into_any(),
        Call::Page(2) => view! { <RunListPage /> }.into_any(),
        #[cfg(debug_assertions)]
        Call::Page(4) => view! { <GalleryPage /> }.into_any(),
        Call::Page(_) => view! { <RunPage /> }.into_any(),
        Call::Ahead(below) => {
            crate::scaffolder::fetch_ahead(&below);
            ().into_any()
        }
    })
}

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

/// The part a page belongs to, as the build names it. `path` is without the tenant's prefix.
pub fn name_of(path: &str) -> Option<&'static str> {
    let (part, _) = part_of(path)?;
    Some(match part {
        Part::Home => "home_part",
        Part::Catalog => "catalog_part",
        Part::Entity => "entity_part",
        Part::Manage => "manage_part",
        Part::Create => "create_part",
        Part::Docs => "docs_part",
    })
}

/// The part a page belongs to, and what of its path is below the part's.
fn part_of(path: &str) -> Option<(Part, &str)> {
    let path = path.trim_start_matches('/');
    let (first, below) = path.split_once('/').unwrap_or((path, ""));
    let part = match first {
        "" | "insights" => Part::Home,
        // As the map of pages has them: an entity is named by three segments.
        "catalog" => match below.split('/').collect::<Vec<_>>()[..] {
            [""] => Part::Catalog,
            ["administration", ..] => Part::Manage,
            [_, _, _] => Part::Entity,
            _ => Part::Manage,
        },
        "create" => Part::Create,
        "docs" => Part::Docs,
        _ => return None,
    };
    Some((part, below))
}

/// Loads the part that this address (without the tenant's prefix) belongs to, and its data. Only pages
/// in a browser call it.
pub fn load_ahead(address: &str) {
    // What follows the path only narrows down what is shown, and is not fetched.
    let (path, plain) = match address.split_once(['?', '#']) {
        Some((path, _)) => (path, false),
        None => (address, true),
    };
    let Some((part, below)) = part_of(path) else { return };
    let below = if plain { below.to_owned() } else { "?".to_owned() };
    leptos::task::spawn_local(async move {
        let _ = call(part, Call::Ahead(below)).await;
    });
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

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn every_page_knows_its_part() {
        assert_eq!(name_of("/"), Some("home_part"));
        assert_eq!(name_of("/insights/delivery"), Some("home_part"));
        assert_eq!(name_of("/catalog"), Some("catalog_part"));
        assert_eq!(name_of("/catalog/default/component/x"), Some("entity_part"));
        assert_eq!(name_of("/catalog/default/component/x/edit"), Some("manage_part"));
        assert_eq!(name_of("/catalog/administration/kinds/x"), Some("manage_part"));
        assert_eq!(name_of("/catalog/administration/removals"), Some("manage_part"));
        assert_eq!(name_of("/catalog/register"), Some("manage_part"));
        assert_eq!(name_of("/catalog/changes"), Some("manage_part"));
        assert_eq!(name_of("/create"), Some("create_part"));
        assert_eq!(name_of("/docs/default/component/x/"), Some("docs_part"));
        assert_eq!(name_of("/sign-in"), None);
    }
}
