//! What can be asked for: one entity, many, and how often values occur.

use super::entity::{Entity, PageInfo, read};
use super::limits::{LARGE, list_cost};
use super::reader::{Reader, refused};
use async_graphql::{Context, InputObject, Json, Object, Result, SimpleObject};
use catalog::{FacetRequest, FullText, Order, PageRequest};
use model::Error;
use model::entity_ref::EntityRef;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The software catalog.
pub struct Query;

#[Object]
impl Query {
    /// One entity by its reference, such as `component:default/shop`; null when there is none.
    async fn entity(
        &self,
        context: &Context<'_>,
        #[graphql(name = "ref")] entity_ref: String,
    ) -> Result<Option<Entity>> {
        let reader = context.data::<Reader>()?;
        let entity_ref = EntityRef::parse(&entity_ref)
            .map_err(|error| refused(&Error::invalid(error.to_string()), reader))?;
        Entity::find(reader, &entity_ref)
    }

    /// Entities by conditions, in order, page by page.
    ///
    /// With `after`, conditions and order are those of the page the cursor is from.
    #[graphql(complexity = "LARGE + list_cost(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is one the field's clients know")]
    async fn entities(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Sets of conditions such as `kind=component,spec.type=service`, of which \
                          one has to hold."
        )]
        filter: Option<Vec<String>>,
        #[graphql(desc = "A predicate, such as `{\"kind\": \"component\"}`, which has to hold \
                          besides.")]
        query: Option<Json<Value>>,
        #[graphql(desc = "A text to look for.")] full_text: Option<FullTextFilter>,
        #[graphql(desc = "Entities without a value there are left out; by uid when nothing is \
                          said.")]
        order_by: Option<EntityOrder>,
        #[graphql(default = 20, validator(minimum = 1, maximum = 500))] first: u32,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Result<EntityConnection> {
        let reader = context.data::<Reader>()?;
        let request = PageRequest {
            filter: filter.unwrap_or_default(),
            query: query.map(|query| query.0),
            order: order_by.into_iter().map(Order::from).collect(),
            full_text: full_text.map(FullText::from),
            cursor: after,
            limit: Some(first as usize),
            ..PageRequest::default()
        };
        let page = reader
            .portal
            .catalog
            .entities_page(&reader.op, &request)
            .await
            .map_err(|error| refused(&error, reader))?;
        Ok(EntityConnection {
            nodes: page.items.iter().map(|json| read(reader, json)).collect::<Result<_>>()?,
            total_items: page.total_items,
            page_info: PageInfo::new(page.next_cursor),
        })
    }

    /// How often each value occurs at these paths, such as `spec.type`.
    #[graphql(complexity = "LARGE * facets.len().clamp(1, 1000) * (1 + child_complexity)")]
    async fn facets(
        &self,
        context: &Context<'_>,
        facets: Vec<String>,
        filter: Option<Vec<String>>,
        query: Option<Json<Value>>,
    ) -> Result<Vec<Facet>> {
        let reader = context.data::<Reader>()?;
        let request = FacetRequest {
            facets,
            filter: filter.unwrap_or_default(),
            query: query.map(|query| query.0),
        };
        let json = reader
            .portal
            .catalog
            .entity_facets(&reader.op, &request)
            .await
            .map_err(|error| refused(&error, reader))?;
        let counted: BTreeMap<String, Vec<FacetValue>> =
            serde_json::from_str(&json).map_err(|error| {
                tracing::error!("facets cannot be read: {error}");
                refused(&Error::internal(""), reader)
            })?;
        Ok(counted.into_iter().map(|(facet, values)| Facet { facet, values }).collect())
    }
}

/// A text to look for.
#[derive(InputObject)]
struct FullTextFilter {
    /// What is looked for, in any letter case.
    term: String,
    /// The paths it is looked for at; the one of the order when there are none.
    fields: Option<Vec<String>>,
}

impl From<FullTextFilter> for FullText {
    fn from(filter: FullTextFilter) -> FullText {
        FullText { term: filter.term, fields: filter.fields.unwrap_or_default() }
    }
}

/// In which order entities come.
#[derive(InputObject)]
struct EntityOrder {
    /// The path of the value that counts, such as `metadata.name`.
    field: String,
    /// Whether the largest comes first.
    #[graphql(default)]
    descending: bool,
}

impl From<EntityOrder> for Order {
    fn from(order: EntityOrder) -> Order {
        Order { field: order.field, descending: order.descending }
    }
}

/// A page of entities.
#[derive(SimpleObject)]
struct EntityConnection {
    /// The entities.
    nodes: Vec<Entity>,
    /// How many there are altogether.
    total_items: usize,
    /// Whether there are more.
    page_info: PageInfo,
}

/// How often each value occurs at a path.
#[derive(SimpleObject)]
struct Facet {
    /// The path.
    facet: String,
    /// By value.
    values: Vec<FacetValue>,
}

/// How often a value occurs.
#[derive(SimpleObject, Deserialize)]
struct FacetValue {
    /// The value.
    value: String,
    /// How often.
    count: usize,
}
