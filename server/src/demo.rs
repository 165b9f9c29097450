//! What the demonstration holds beside its files: kinds, a pending removal, changes, a failed run.

use access::{OpContext, Principal};
use catalog::Mutation;
use model::entity_ref::EntityRef;
use model::overlay::OverlayField;
use model::session::Person;
use portal::Portal;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The template whose run fails.
const IMPORT: &str = "template:default/import-repository";

/// The program that gives entities by itself.
const INVENTORY: &str = "warehouse-inventory";

/// How often, and how many times at most, is looked whether the demo's files have been read.
const LOOK: (Duration, u32) = (Duration::from_millis(250), 240);

/// Adds the demo's own kinds, and what a program gave, where they are not there yet.
pub async fn before_jobs(portal: &Portal) {
    const KINDS: &str = include_str!("../../demo/kinds.yaml");
    let definitions = match crate::tools::kind_definitions(KINDS) {
        Ok((definitions, _)) => definitions,
        Err(error) => return tracing::error!("the demo's kinds cannot be read: {error}"),
    };
    for tenant in portal.tenants.all() {
        let op = OpContext::for_background(tenant.clone(), "demo");
        for definition in &definitions {
            let name = definition.name.as_str();
            if portal.catalog.kind_get(&op, name).is_err()
                && let Err(error) = portal.catalog.kind_put(&op, name, definition.clone()).await
            {
                tracing::error!("the demo's kind {name} cannot be added: {error}");
            }
        }
        if let Err(error) = inventory(portal, &op).await {
            tracing::error!("the demo's inventory cannot be added: {error}");
        }
    }
}

/// Once the demo's files have been read: an edit, and a run that fails. Only in a new data folder.
pub fn after_jobs(portal: &Arc<Portal>, person: Person) {
    let portal = portal.clone();
    tokio::spawn(async move {
        for tenant in portal.tenants.all() {
            let principal = Principal::Person(person.clone());
            let op = OpContext::for_request(tenant.clone(), principal, "demo".into());
            if let Err(error) = activity(&portal, &op).await {
                tracing::error!("the demo's activity cannot be added: {error}");
            }
        }
    });
}

/// Eight shelves, of which the program then names one: the others wait for a decision. One of them
/// belongs to a team that is not in the catalog.
async fn inventory(portal: &Portal, op: &OpContext) -> model::Result<()> {
    let first = EntityRef::parse("resource:default/shelf-1")
        .map_err(|error| model::Error::invalid(error.to_string()))?;
    if portal.catalog.entity_get(op, &first).is_ok() {
        return Ok(());
    }
    let shelf = |number: u32, description: &str| {
        let owner = if number == 1 { "group:night-shift" } else { "group:storage" };
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Resource",
            "metadata": {
                "name": format!("shelf-{number}"),
                "title": format!("Shelf {number}"),
                "description": description,
            },
            "spec": {"type": "bucket", "owner": owner, "system": "callboard"},
        })
    };
    let all = (1..=8).map(|number| shelf(number, "Where backups lie")).collect();
    portal.catalog.provider_push(op, INVENTORY, Mutation::Full { entities: all }).await?;
    let one = vec![shelf(1, "Where the newest backups lie")];
    portal.catalog.provider_push(op, INVENTORY, Mutation::Full { entities: one }).await?;
    Ok(())
}

async fn activity(portal: &Portal, op: &OpContext) -> model::Result<()> {
    let (rest, times) = LOOK;
    for _ in 0..times {
        match portal.scaffolder.template_form(op, IMPORT, None).await {
            Ok(_) => break,
            Err(_) => tokio::time::sleep(rest).await,
        }
    }
    if !portal.scaffolder.task_list(op, false).await?.is_empty() {
        return Ok(());
    }
    let values = json!({
        "url": "https://git.example.com/shop/ledger.git",
        "name": "ledger",
        "owner": "group:default/platform",
        "cloud": "none",
        "version": "21",
    });
    portal.scaffolder.task_create(op, IMPORT, values, Map::<String, Value>::new()).await?;
    let templating = EntityRef::parse("component:default/templating")
        .map_err(|error| model::Error::invalid(error.to_string()))?;
    let lifecycle = [(OverlayField::Lifecycle, "production".to_owned())];
    portal.catalog.overlay_save(op, &templating, &lifecycle).await
}
