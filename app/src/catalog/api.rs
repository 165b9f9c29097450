//! What the catalog's pages ask the service.

use crate::error::AppError;
use leptos::server;
use model::administration::AdministrationOverview;
use model::api_definition::{ApiDefinition, ApiQuery};
use model::attention::CatalogAttention;
use model::catalog::{CatalogSummary, EntityLink, EntityPage, EntityQuery};
use model::changes::{ChangeList, ChangesQuery};
use model::entity_ref::EntityRef;
use model::graph::{EntityGraph, GraphQuery, Impact};
use model::history::{EntityAt, EntityDiff, EntityHistory, HeldRun, RemovedEntities};
use model::kind::view::{KindForm, KindRow};
use model::listing::{ListPage, ViewChanged};
use model::organisation::Organisation;
use model::overlay::{DescriptorChange, OverlayField, OverlayForm};
use model::registration::Registration;
use model::source::{RefreshOutcome, SourceOverview};

/// One page of the list.
#[server(prefix = "/fn", endpoint = "catalog/entities_get", input = leptos::server_fn::codec::Json)]
pub async fn entities_get(query: EntityQuery) -> Result<ListPage, AppError> {
    crate::backend::run_page(
        |portal, op| async move { portal.catalog.list_page(&op, &query).await },
    )
    .await
}

/// Changes a view of the list: `change` says how, `query` what it shows from now on.
#[server(prefix = "/fn", endpoint = "catalog/view_change")]
pub async fn view_change(
    view: String,
    change: String,
    name: Option<String>,
    query: Option<String>,
) -> Result<ViewChanged, AppError> {
    crate::backend::run(|portal, op| async move {
        let (name, query) = (name.unwrap_or_default(), query.unwrap_or_default());
        portal.catalog.view_change(&op, &view, &change, &name, &query).await
    })
    .await
}

/// Stars an entity, or takes the star away.
#[server(prefix = "/fn", endpoint = "catalog/star_set")]
pub async fn star_set(entity_ref: String, starred: bool) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move {
        let entity_ref = crate::backend::entity_ref(&entity_ref)?;
        portal.catalog.star_set(&op, &entity_ref, starred).await
    })
    .await
}

/// Everything about one entity.
#[server(prefix = "/fn", endpoint = "catalog/entity_get")]
pub async fn entity_get(entity_ref: EntityRef) -> Result<EntityPage, AppError> {
    crate::backend::run_page(|portal, op| async move {
        portal.catalog.entity_page(&op, &entity_ref).await
    })
    .await
}

/// The entity as YAML, relations and status included.
#[server(prefix = "/fn", endpoint = "catalog/entity_yaml_get")]
pub async fn entity_yaml_get(entity_ref: String) -> Result<String, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_yaml(&op, &crate::backend::entity_ref(&entity_ref)?)
    })
    .await
}

/// The definition of an API.
#[server(prefix = "/fn", endpoint = "catalog/api_definition_get", input = leptos::server_fn::codec::Json)]
pub async fn api_definition_get(
    entity_ref: String,
    query: ApiQuery,
) -> Result<ApiDefinition, AppError> {
    crate::backend::run(|portal, op| async move {
        let entity_ref = crate::backend::entity_ref(&entity_ref)?;
        portal.apidocs.definition(&op, &entity_ref, query).await
    })
    .await
}

/// The tree of groups: those that fit the words, all of them or those below one.
#[server(prefix = "/fn", endpoint = "catalog/organisation_get")]
pub async fn organisation_get(q: String, under: String) -> Result<Organisation, AppError> {
    crate::backend::run_page(
        |portal, op| async move { portal.catalog.organisation(&op, &q, &under) },
    )
    .await
}

/// What an address would give, or the text that was sent with the page's form.
#[server(prefix = "/fn", endpoint = "catalog/registration_get")]
pub async fn registration_get(address: String) -> Result<Registration, AppError> {
    use crate::catalog::PastedText;
    let pasted = leptos::prelude::use_context::<PastedText>();
    crate::backend::run(|portal, op| async move {
        match (pasted, address.trim()) {
            (Some(PastedText(text)), _) => portal.catalog.registration_of_text(&op, &text),
            (None, "") => Ok(Registration::default()),
            (None, address) => portal.catalog.registration_of_address(&op, address).await,
        }
    })
    .await
}

/// Registers what was looked at; gives what came of it.
#[server(prefix = "/fn", endpoint = "catalog/registration_create")]
pub async fn registration_create(
    kind: String,
    target: String,
) -> Result<Vec<EntityLink>, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.registration_create(&op, &kind, &target).await
    })
    .await
}

/// Entities whose name or title holds the text.
#[server(prefix = "/fn", endpoint = "catalog/entity_find")]
pub async fn entity_find(text: String) -> Result<Vec<EntityLink>, AppError> {
    const HITS: usize = 12;
    crate::backend::run(
        |portal, op| async move { portal.catalog.entity_find(&op, &text, &[], HITS) },
    )
    .await
}

/// Who can own something: the groups of the person who looks first, then groups, then people.
#[server(prefix = "/fn", endpoint = "catalog/owners_get")]
pub async fn owners_get() -> Result<Vec<EntityLink>, AppError> {
    const MOST: usize = 500;
    crate::backend::run(|portal, op| async move {
        let groups = portal.catalog.entity_find(&op, "", &["group"], MOST)?;
        let people = portal.catalog.entity_find(&op, "", &["user"], MOST)?;
        let own = op.principal.person().map(|person| person.ownership_refs.clone());
        let own = own.unwrap_or_default();
        let is_own = |link: &EntityLink| own.contains(&link.entity_ref);
        let (mine, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_own);
        Ok(mine.into_iter().chain(others).chain(people).collect())
    })
    .await
}

/// How the documentation of an entity begins, as text; empty when it says nothing.
#[server(prefix = "/fn", endpoint = "catalog/docs_excerpt_get")]
pub async fn docs_excerpt_get(entity_ref: EntityRef) -> Result<String, AppError> {
    crate::backend::run(|portal, op| async move {
        let view = portal.techdocs.page(&op, &entity_ref.to_string(), "").await?;
        Ok(crate::catalog::excerpt::first_paragraph(&view.page.html))
    })
    .await
}

/// Descriptors with problems.
#[server(prefix = "/fn", endpoint = "catalog/problems_get")]
pub async fn problems_get() -> Result<CatalogSummary, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.summary(&op) }).await
}

/// Refreshes an entity's source now; what came of it.
#[server(prefix = "/fn", endpoint = "catalog/entity_refresh")]
pub async fn entity_refresh(entity_ref: EntityRef) -> Result<RefreshOutcome, AppError> {
    crate::backend::run(|portal, op| async move {
        let outcome = portal.catalog.entity_refresh(&op, &entity_ref).await?;
        let link = portal.catalog.entity_link(&op, &entity_ref)?;
        let code = crate::catalog::refresh_code::code(&outcome);
        crate::backend::lead_on(&format!("{}?refreshed={code}", link.path()));
        Ok(outcome)
    })
    .await
}

/// Where entities come from, and the hosts that are asked for it.
#[server(prefix = "/fn", endpoint = "catalog/sources_get")]
pub async fn sources_get() -> Result<SourceOverview, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.source_list(&op) }).await
}

/// Refreshes a source now; what came of it. That of an organisation goes on in the background.
#[server(prefix = "/fn", endpoint = "catalog/source_refresh")]
pub async fn source_refresh(source: String) -> Result<RefreshOutcome, AppError> {
    crate::backend::run(|portal, op| async move {
        let outcome = portal.catalog.source_refresh(&op, &source).await?;
        let code = crate::catalog::refresh_code::code(&outcome);
        crate::backend::lead_on(&format!("/catalog/sources?refreshed={code}"));
        Ok(outcome)
    })
    .await
}

/// One page of what changed in the catalog.
#[server(prefix = "/fn", endpoint = "catalog/changes_get", input = leptos::server_fn::codec::Json)]
pub async fn changes_get(query: ChangesQuery) -> Result<ChangeList, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.changes(&op, &query).await })
        .await
}

/// What in the catalog waits for the person who looks.
#[server(prefix = "/fn", endpoint = "catalog/attention_get")]
pub async fn attention_get() -> Result<CatalogAttention, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.attention(&op) }).await
}

/// The versions of an entity.
#[server(prefix = "/fn", endpoint = "catalog/entity_history_get")]
pub async fn entity_history_get(entity_ref: String) -> Result<EntityHistory, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_history(&op, &crate::backend::entity_ref(&entity_ref)?).await
    })
    .await
}

/// What differs between two versions; the newest and the one before when none are named.
#[server(prefix = "/fn", endpoint = "catalog/entity_diff_get")]
pub async fn entity_diff_get(
    entity_ref: String,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<EntityDiff, AppError> {
    crate::backend::run(|portal, op| async move {
        let entity_ref = crate::backend::entity_ref(&entity_ref)?;
        portal.catalog.entity_diff(&op, &entity_ref, from, to).await
    })
    .await
}

/// An entity as it was at a moment, in milliseconds since 1970.
#[server(prefix = "/fn", endpoint = "catalog/entity_as_of_get")]
pub async fn entity_as_of_get(entity_ref: String, at: i64) -> Result<EntityAt, AppError> {
    crate::backend::run(|portal, op| async move {
        let entity_ref = crate::backend::entity_ref(&entity_ref)?;
        portal.catalog.entity_as_of(&op, &entity_ref, model::time::Timestamp(at)).await
    })
    .await
}

/// What is around an entity.
#[server(prefix = "/fn", endpoint = "catalog/graph_get", input = leptos::server_fn::codec::Json)]
pub async fn graph_get(entity_ref: String, query: GraphQuery) -> Result<EntityGraph, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_graph(&op, &crate::backend::entity_ref(&entity_ref)?, &query)
    })
    .await
}

/// What depends on an entity.
#[server(prefix = "/fn", endpoint = "catalog/impact_get")]
pub async fn impact_get(entity_ref: String) -> Result<Impact, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_impact(&op, &crate::backend::entity_ref(&entity_ref)?)
    })
    .await
}

/// What a system or a domain is made of.
#[server(prefix = "/fn", endpoint = "catalog/parts_get")]
pub async fn parts_get(entity_ref: String) -> Result<EntityGraph, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_parts(&op, &crate::backend::entity_ref(&entity_ref)?)
    })
    .await
}

/// What can be edited of an entity.
#[server(prefix = "/fn", endpoint = "catalog/overlay_form_get")]
pub async fn overlay_form_get(entity_ref: EntityRef) -> Result<OverlayForm, AppError> {
    crate::backend::run_page(
        |portal, op| async move { portal.catalog.overlay_form(&op, &entity_ref) },
    )
    .await
}

/// Saves what was typed. `fields` names those of the form, separated by commas: a form without
/// script sends an emptied one like one it does not have.
#[server(prefix = "/fn", endpoint = "catalog/overlay_save")]
pub async fn overlay_save(
    entity_ref: EntityRef,
    fields: String,
    description: Option<String>,
    owner: Option<String>,
    lifecycle: Option<String>,
    tags: Option<String>,
    links: Option<String>,
) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move {
        let text = |field| match field {
            OverlayField::Description => &description,
            OverlayField::Owner => &owner,
            OverlayField::Lifecycle => &lifecycle,
            OverlayField::Tags => &tags,
            OverlayField::Links => &links,
        };
        let named = fields.split(',').filter_map(OverlayField::parse);
        let typed: Vec<_> =
            named.map(|field| (field, text(field).clone().unwrap_or_default())).collect();
        portal.catalog.overlay_save(&op, &entity_ref, &typed).await?;
        crate::backend::lead_on(&format!("{}/edit?saved=1", entity_ref.path()));
        Ok(())
    })
    .await
}

/// Reverts a field to what catalog-info.yaml says.
#[server(prefix = "/fn", endpoint = "catalog/overlay_remove")]
pub async fn overlay_remove(entity_ref: EntityRef, field: OverlayField) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.overlay_remove(&op, &entity_ref, Some(field)).await
    })
    .await
}

/// The descriptor's file with what was edited.
#[server(prefix = "/fn", endpoint = "catalog/overlay_descriptor")]
pub async fn overlay_descriptor(entity_ref: String) -> Result<DescriptorChange, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.overlay_descriptor(&op, &crate::backend::entity_ref(&entity_ref)?).await
    })
    .await
}

/// Figures for administrators.
#[server(prefix = "/fn", endpoint = "catalog/administration_get")]
pub async fn administration_get() -> Result<AdministrationOverview, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.administration(&op).await })
        .await
}

/// Pending removals.
#[server(prefix = "/fn", endpoint = "catalog/held_runs")]
pub async fn held_runs() -> Result<Vec<HeldRun>, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.held_runs(&op) }).await
}

/// Removes what a held run would have removed.
#[server(prefix = "/fn", endpoint = "catalog/held_accept")]
pub async fn held_accept(source_key: String) -> Result<(), AppError> {
    crate::backend::run(
        |portal, op| async move { portal.catalog.held_accept(&op, &source_key).await },
    )
    .await
}

/// Keeps what a held run would have removed.
#[server(prefix = "/fn", endpoint = "catalog/held_reject")]
pub async fn held_reject(source_key: String) -> Result<(), AppError> {
    crate::backend::run(
        |portal, op| async move { portal.catalog.held_reject(&op, &source_key).await },
    )
    .await
}

/// What was removed and can be restored.
#[server(prefix = "/fn", endpoint = "catalog/removed_list")]
pub async fn removed_list() -> Result<RemovedEntities, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.removed_list(&op).await }).await
}

/// Restores a removed entity.
#[server(prefix = "/fn", endpoint = "catalog/entity_restore")]
pub async fn entity_restore(entity_ref: EntityRef) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_restore(&op, &entity_ref).await
    })
    .await
}

/// The kinds of entities there are.
#[server(prefix = "/fn", endpoint = "catalog/kinds_get")]
pub async fn kinds_get() -> Result<Vec<KindRow>, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.kind_overview(&op).await })
        .await
}

/// The form of a kind, of a new one when it is called `new`; as it was sent, when it comes back.
#[server(prefix = "/fn", endpoint = "catalog/kind_form_get")]
pub async fn kind_form_get(name: String) -> Result<KindForm, AppError> {
    if let Some(form) = crate::backend::sent_back::<KindForm>() {
        return Ok(form);
    }
    crate::backend::run_page(|portal, op| async move {
        let name = Some(name.as_str()).filter(|name| *name != "new");
        portal.catalog.kind_form(&op, name).await
    })
    .await
}
