//! Reading entities: one, all, by kind, by a few typed letters.

use crate::Catalog;
use access::{OpContext, Permission};
use bytes::Bytes;
use catalog_index::find::find;
use catalog_index::freshness::freshness_of;
use catalog_index::item::Item;
use catalog_index::membership::owners;
use catalog_index::organisation::organisation;
use model::catalog::EntityLink;
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::freshness::Freshness;
use model::organisation::Organisation;
use model::{Error, Result};
use std::sync::Arc;

impl Catalog {
    /// An entity as JSON, with its relations, uid, etag and status.
    pub fn entity_json(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Bytes> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-fetch", "by-name", entity_ref);
        Ok(self.item(op, entity_ref)?.json())
    }

    /// The entity of a uid as JSON.
    pub fn entity_json_by_uid(&self, op: &OpContext, uid: &str) -> Result<Bytes> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-fetch", "by-uid", uid);
        let found = self.state(op)?.index().with_uid(uid).map(|item| item.json());
        found.ok_or_else(|| Error::not_found(format!("No entity with uid {uid}")))
    }

    /// An entity.
    pub fn entity_get(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Entity> {
        op.authorize(Permission::CatalogEntityRead)?;
        self.item(op, entity_ref)?.entity()
    }

    /// How many entities there are.
    pub fn entity_count(&self, op: &OpContext) -> Result<usize> {
        op.authorize(Permission::CatalogEntityRead)?;
        Ok(self.state(op)?.index().items.len())
    }

    /// An entity as it is named on a page, whether it is there or not.
    pub fn entity_link(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<EntityLink> {
        op.authorize(Permission::CatalogEntityRead)?;
        Ok(self.state(op)?.index().link(&entity_ref.to_string()))
    }

    /// The references of every entity of a kind, by title.
    pub fn entity_refs_of_kind(&self, op: &OpContext, kind: &str) -> Result<Vec<EntityLink>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let found = index.items.iter().filter(|item| item.is_kind(kind));
        Ok(found.map(|item| item.link()).collect())
    }

    /// Every template, by title.
    pub fn templates(&self, op: &OpContext) -> Result<Vec<Entity>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        index
            .items
            .iter()
            .filter(|item| item.is_kind("template"))
            .map(|item| item.entity())
            .collect()
    }

    /// What a few letters may mean, the best first: names and titles, then tags, then words of
    /// descriptions. Without letters everything, by title. `kinds` says what is looked for; none
    /// means all kinds.
    pub fn entity_find(
        &self,
        op: &OpContext,
        text: &str,
        kinds: &[&str],
        limit: usize,
    ) -> Result<Vec<EntityLink>> {
        op.authorize(Permission::CatalogEntityRead)?;
        Ok(find(&self.state(op)?.index(), text, kinds, limit))
    }

    /// How far one entity can be trusted.
    pub fn entity_freshness(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Freshness> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        Ok(freshness_of(&self.state(op)?.index(), &item))
    }

    /// Who the person that asks counts as: the person first, then the groups the person belongs to,
    /// through all levels. Nobody, for a program.
    pub fn owner_refs(&self, op: &OpContext) -> Result<Vec<String>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        Ok(op.principal.person().map_or_else(Vec::new, |person| owners(person, &index)))
    }

    /// The tree of all groups, or of those whose name, title or description holds the words; all of
    /// it, or what is below one group.
    pub fn organisation(&self, op: &OpContext, words: &str, under: &str) -> Result<Organisation> {
        op.authorize(Permission::CatalogEntityRead)?;
        Ok(organisation(&self.state(op)?.index(), words, under))
    }

    pub(crate) fn item(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Arc<Item>> {
        let found = self.state(op)?.index().get(&entity_ref.to_string()).cloned();
        found.ok_or_else(|| {
            Error::not_found(format!(
                "No entity named '{}' found, with kind '{}' in namespace '{}'",
                entity_ref.name, entity_ref.kind, entity_ref.namespace
            ))
        })
    }
}
