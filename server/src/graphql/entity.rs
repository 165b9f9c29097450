//! An entity and what it relates to.

use super::limits::{LARGE, list_cost};
use super::reader::{Reader, refused};
use async_graphql::{Context, Enum, Json, Object, Result, SimpleObject};
use catalog::RelationsRequest;
use model::entity::EntityRelation;
use model::entity_ref::EntityRef;
use model::time::rfc3339;
use model::{Error, freshness};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Something the catalog holds: a component, an API, a group, …
pub(super) struct Entity(model::entity::Entity);

impl Entity {
    /// The entity of a reference, if there is one.
    pub(super) fn find(reader: &Reader, entity_ref: &EntityRef) -> Result<Option<Entity>> {
        match reader.portal.catalog.entity_get(&reader.op, entity_ref) {
            Ok(entity) => Ok(Some(Entity(entity))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(refused(&error, reader)),
        }
    }
}

/// Reads an entity's JSON.
pub(super) fn read(reader: &Reader, json: &[u8]) -> Result<Entity> {
    serde_json::from_slice(json).map(Entity).map_err(|error| {
        tracing::error!("an entity cannot be read: {error}");
        refused(&Error::internal(""), reader)
    })
}

#[Object]
impl Entity {
    /// The reference in lower case, such as `component:default/shop`.
    #[graphql(name = "ref")]
    async fn entity_ref(&self) -> String {
        self.0.entity_ref().to_string()
    }

    /// `Component`, `API`, …
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// `default` when the descriptor has none.
    async fn namespace(&self) -> &str {
        self.0.namespace()
    }

    /// Unique in its kind and namespace.
    async fn name(&self) -> &str {
        &self.0.metadata.name
    }

    /// What to call it: its title, the display name of a person or group, or its name.
    async fn title(&self) -> &str {
        self.0.display_name()
    }

    /// A few words.
    async fn description(&self) -> Option<&str> {
        self.0.metadata.description.as_deref()
    }

    /// Short values to select by.
    async fn labels(&self) -> Json<BTreeMap<String, String>> {
        Json(self.0.metadata.labels.clone().unwrap_or_default())
    }

    /// Values for programs.
    #[graphql(complexity = "LARGE")]
    async fn annotations(&self) -> Json<BTreeMap<String, String>> {
        Json(self.0.metadata.annotations.clone().unwrap_or_default())
    }

    /// Single words to classify by.
    async fn tags(&self) -> &[String] {
        self.0.metadata.tags.as_deref().unwrap_or_default()
    }

    /// Addresses worth knowing.
    async fn links(&self) -> Vec<Link> {
        let links = self.0.metadata.links.iter().flatten().cloned();
        links
            .map(|link| Link {
                url: link.url,
                title: link.title,
                icon: link.icon,
                link_type: link.link_type,
            })
            .collect()
    }

    /// `spec.type`.
    #[graphql(name = "type")]
    async fn spec_type(&self) -> Option<&str> {
        self.0.spec_str("type")
    }

    /// `spec.lifecycle`.
    async fn lifecycle(&self) -> Option<&str> {
        self.0.spec_str("lifecycle")
    }

    /// The full reference of the owner.
    async fn owner(&self) -> Option<&str> {
        self.0.related("ownedBy").next()
    }

    /// What its kind has.
    #[graphql(complexity = "LARGE")]
    async fn spec(&self) -> Option<Json<Map<String, Value>>> {
        self.0.spec.clone().map(Json)
    }

    /// How far it can be trusted; null when it has gone meanwhile.
    #[graphql(complexity = "LARGE + child_complexity")]
    async fn freshness(&self, context: &Context<'_>) -> Result<Option<Freshness>> {
        let reader = context.data::<Reader>()?;
        match reader.portal.catalog.entity_freshness(&reader.op, &self.0.entity_ref()) {
            Ok(found) => Ok(Some(found.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(refused(&error, reader)),
        }
    }

    /// How it relates to others, by type and target.
    #[graphql(complexity = "list_cost(first, child_complexity)")]
    async fn relations(
        &self,
        context: &Context<'_>,
        #[graphql(name = "type", desc = "Of this type only, such as `ownedBy`.")]
        relation_type: Option<String>,
        #[graphql(default = 20, validator(minimum = 1, maximum = 500))] first: u32,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Result<RelationConnection> {
        let reader = context.data::<Reader>()?;
        let request = RelationsRequest { relation_type, limit: first as usize, after };
        let page = reader
            .portal
            .catalog
            .entity_relations(&reader.op, &self.0, &request)
            .map_err(|error| refused(&error, reader))?;
        Ok(RelationConnection {
            nodes: page.items.into_iter().map(Relation).collect(),
            total_items: page.total_items,
            page_info: PageInfo::new(page.next_cursor),
        })
    }
}

/// An address worth knowing.
#[derive(SimpleObject)]
struct Link {
    /// Absolute, of any scheme: check it before it becomes a link on a page.
    url: String,
    /// What to show instead of the address.
    title: Option<String>,
    /// The name of an icon.
    icon: Option<String>,
    /// What the link is for.
    #[graphql(name = "type")]
    link_type: Option<String>,
}

/// One side of a relation.
struct Relation(EntityRelation);

#[Object]
impl Relation {
    /// `ownedBy`, `dependsOn`, …
    #[graphql(name = "type")]
    async fn relation_type(&self) -> &str {
        &self.0.relation_type
    }

    /// The full reference of the entity at the other end.
    async fn target_ref(&self) -> &str {
        &self.0.target_ref
    }

    /// The entity at the other end; null when there is none.
    async fn target(&self, context: &Context<'_>) -> Result<Option<Entity>> {
        match EntityRef::parse(&self.0.target_ref) {
            Ok(target) => Entity::find(context.data::<Reader>()?, &target),
            Err(_) => Ok(None),
        }
    }
}

/// A page of relations.
#[derive(SimpleObject)]
struct RelationConnection {
    /// The relations.
    nodes: Vec<Relation>,
    /// How many there are altogether.
    total_items: usize,
    /// Whether there are more.
    page_info: PageInfo,
}

/// Where a page ends.
#[derive(SimpleObject)]
pub(super) struct PageInfo {
    /// Whether there is a page after this one.
    has_next_page: bool,
    /// For `after` of the next page; null on the last.
    end_cursor: Option<String>,
}

impl PageInfo {
    pub(super) fn new(next: Option<String>) -> PageInfo {
        PageInfo { has_next_page: next.is_some(), end_cursor: next }
    }
}

/// How far an entity can be trusted.
#[derive(SimpleObject)]
struct Freshness {
    /// The state.
    state: FreshnessState,
    /// Since when, such as `2026-11-21T15:41:07Z`.
    since: String,
    /// Why, in a sentence; null for a fresh one.
    reason: Option<String>,
}

impl From<freshness::Freshness> for Freshness {
    fn from(found: freshness::Freshness) -> Freshness {
        Freshness {
            state: found.state.into(),
            since: rfc3339(found.since),
            reason: Some(found.reason).filter(|reason| !reason.is_empty()),
        }
    }
}

/// How far an entity can be trusted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "freshness::FreshnessState")]
enum FreshnessState {
    /// As its source last gave it.
    Fresh,
    /// Its source cannot be read, or does not give it any more.
    Stale,
    /// Its descriptor has an error; this is the last good version.
    Broken,
    /// Nothing names it any more.
    Orphaned,
}
