//! The page of one entity.

use crate::Catalog;
use crate::complaint::for_people;
use crate::index::Index;
use access::{OpContext, Permission};
use model::Result;
use model::catalog::{EntityView, LinkView, RelationView};
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::provenance::Provenance;
use model::relation::label;
use std::collections::BTreeMap;

impl Catalog {
    /// Everything the page of one entity shows.
    pub fn entity_view(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<EntityView> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        let state = self.state(op)?;
        let index = state.index();
        let entity = item.entity()?;
        let facts = &item.facts;
        let complaints = item.complaints();
        let own = complaints.iter().map(|complaint| complaint.problem(&facts.entity_ref));
        let address =
            |key: &str| entity.annotation(key).filter(|url| is_web(url)).map(str::to_owned);
        let pairs = |map: &Option<BTreeMap<String, String>>| {
            map.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        Ok(EntityView {
            row: item.list_row(&index),
            namespace: entity.namespace().to_owned(),
            name: entity.metadata.name.clone(),
            links: links(&entity),
            relations: relations(&entity, &index),
            annotations: pairs(&entity.metadata.annotations),
            labels: pairs(&entity.metadata.labels),
            yaml: yaml::to_string(&entity.to_json()),
            problems: own.chain(index.problems_of(&facts.entity_ref)).collect(),
            has_docs: facts.has_docs,
            source: for_people(&facts.origin.location),
            view_url: address("backstage.io/view-url"),
            edit_url: address("backstage.io/edit-url"),
            provenance: Provenance {
                source: for_people(&facts.origin.location),
                as_of: state.read_at(&facts.origin.source_key).unwrap_or(facts.changed_at),
            },
            changed_at: facts.changed_at,
            edits: item.edits(&index),
        })
    }
}

/// Whether a browser may be led there.
fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn links(entity: &Entity) -> Vec<LinkView> {
    let links = entity.metadata.links.iter().flatten();
    links
        .map(|link| LinkView {
            url: link.url.clone(),
            title: link.title.clone().unwrap_or_else(|| link.url.clone()),
            safe: url::Url::parse(&link.url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto")),
        })
        .collect()
}

/// Relations come sorted by type and target.
fn relations(entity: &Entity, index: &Index) -> Vec<RelationView> {
    let mut views: Vec<RelationView> = Vec::new();
    for relation in &entity.relations {
        let target = index.link(&relation.target_ref);
        match views.last_mut().filter(|view| view.r#type == relation.relation_type) {
            Some(view) => view.targets.push(target),
            None => views.push(RelationView {
                r#type: relation.relation_type.clone(),
                label: label(&relation.relation_type),
                targets: vec![target],
            }),
        }
    }
    views
}
