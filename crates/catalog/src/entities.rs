//! Reading entities: one, all, by kind, by a few typed letters.

use crate::Catalog;
use crate::item::Item;
use crate::list::Word;
use access::{OpContext, Permission};
use bytes::Bytes;
use model::catalog::EntityLink;
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::{Error, Result};
use std::sync::Arc;

/// How well a tag fits, and words in description, tags, name and title; behind names and titles.
const TAG_RANK: u8 = 4;
const WORDS_RANK: u8 = 5;

/// So many words are looked for.
const MOST_WORDS: usize = 8;

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
        let index = self.state(op)?.index();
        let text = text.trim().to_lowercase();
        // Words count when all of them are found, wherever they stand.
        let words: Vec<Word> =
            text.split_whitespace().take(MOST_WORDS).map(|word| Word::new(word, &index)).collect();
        let mut found: Vec<(u8, &Arc<Item>)> = Vec::new();
        for (place, item) in index.items.iter().enumerate() {
            if !kinds.is_empty() && !kinds.iter().any(|kind| item.is_kind(kind)) {
                continue;
            }
            let by_words = || {
                let all = !words.is_empty() && words.iter().all(|word| word.is_said(place, item));
                let tag = || item.facts.tags.iter().any(|tag| tag.to_lowercase() == text);
                all.then(|| if tag() { TAG_RANK } else { WORDS_RANK })
            };
            if let Some(rank) = rank(item, &text).or_else(by_words) {
                found.push((rank, item));
            }
        }
        // Stable, so that equals stay sorted by title.
        found.sort_by_key(|(rank, _)| *rank);
        Ok(found.into_iter().take(limit).map(|(_, item)| item.link()).collect())
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

impl Item {
    /// The entity, taken from its JSON.
    pub(crate) fn entity(&self) -> Result<Entity> {
        serde_json::from_slice(&self.text()).map_err(|error| {
            tracing::error!(entity.r#ref = &*self.facts.entity_ref, "stored entity: {error}");
            Error::internal("")
        })
    }

    /// Whether the kind is this one, in any letter case.
    pub(crate) fn is_kind(&self, kind: &str) -> bool {
        self.facts.origin.kind.eq_ignore_ascii_case(kind)
    }

    /// The name, in lower case.
    pub(crate) fn name_key(&self) -> &str {
        self.facts.entity_ref.rsplit_once('/').map_or("", |(_, name)| name)
    }
}

/// How well an entity fits; lower is better.
pub(crate) fn rank(item: &Item, text: &str) -> Option<u8> {
    let (title, name) = (item.facts.sort_key(), item.name_key());
    let starts_word = |hay: &str| {
        hay.match_indices(text).any(|(at, _)| {
            hay[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
        })
    };
    if text.is_empty() || title == text || name == text {
        Some(0)
    } else if title.starts_with(text) || name.starts_with(text) {
        Some(1)
    } else if starts_word(title) || starts_word(name) {
        Some(2)
    } else if title.contains(text) || item.facts.entity_ref.contains(text) {
        Some(3)
    } else {
        None
    }
}
