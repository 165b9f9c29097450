//! Entities by conditions, in order, page by page: what `/api/catalog/entities` and its relatives
//! ask of the read model.

pub mod condition;
pub mod cursor;
pub mod field;
pub mod filter;
pub mod known;
pub mod path;
pub mod predicate;
mod projection;
mod ranks;
mod sequence;

pub use cursor::{FullText, Order};

use crate::index::Index;
use crate::item::Item;
use crate::memory::run_blocking;
use bytes::Bytes;
use condition::{Condition, Fields};
use cursor::{After, Cursor, Sorted};
use model::entity_ref::EntityRef;
use model::{Error, Result};
use projection::Projection;
use sequence::Sequence;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// So many different paths can be asked about at once.
const MOST_PATHS: usize = 100;

/// So many entities can be asked for by reference at once, and their JSON may have so many bytes.
const MOST_REFS: usize = 10_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// After so many entities others get their turn.
const TURN: usize = 256;

/// How many entities a page has when nobody says so.
const PAGE_LIMIT: usize = 200;

/// What orders entities when nothing else does.
const UID: &str = "metadata.uid";

/// Has one path looked up at a time, whoever asks.
#[derive(Debug, Default)]
pub struct Lookup(tokio::sync::Mutex<()>);

/// A plain list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Sets of conditions (`kind=component,spec.type=service`), of which one has to hold.
    pub filter: Vec<String>,
    /// Lists of paths; whole entities when there are none.
    pub fields: Vec<String>,
    /// The first one counts; by uid, or by reference where there are pages, when there is none.
    pub order: Vec<Order>,
    /// At most so many.
    pub limit: Option<usize>,
    /// After so many.
    pub offset: Option<usize>,
    /// What the page before said.
    pub after: Option<String>,
}

/// A page of a query.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// Sets of conditions (`kind=component,spec.type=service`), of which one has to hold.
    pub filter: Vec<String>,
    /// A predicate, which has to hold besides.
    pub query: Option<Value>,
    /// Lists of paths; whole entities when there are none.
    pub fields: Vec<String>,
    /// The first one counts, and entities without a value there are left out; by uid when there is
    /// none.
    pub order: Vec<Order>,
    /// A text to look for.
    pub full_text: Option<FullText>,
    /// Another page of an earlier query; conditions and order come from there.
    pub cursor: Option<String>,
    /// At most so many; 200 when nothing is said.
    pub limit: Option<usize>,
    /// After so many.
    pub offset: Option<usize>,
    /// Leaves out how many there are altogether.
    pub without_total: bool,
}

/// Entities by reference.
#[derive(Debug, Clone, Default)]
pub struct RefsRequest {
    /// The references, in any letter case.
    pub entity_refs: Vec<String>,
    /// Sets of conditions, of which one has to hold.
    pub filter: Vec<String>,
    /// A predicate, which has to hold besides.
    pub query: Option<Value>,
    /// Lists of paths; whole entities when there are none.
    pub fields: Vec<String>,
}

/// A page, each entity as JSON.
#[derive(Debug, Clone, Default)]
pub struct EntityPage {
    /// The entities.
    pub items: Vec<Bytes>,
    /// How many there are altogether.
    pub total_items: usize,
    /// For the page after this one.
    pub next_cursor: Option<String>,
    /// For the page before this one.
    pub prev_cursor: Option<String>,
}

/// Entities one after the other, each as JSON, taken from the read model as they are needed.
pub struct Entities {
    index: Arc<Index>,
    ranks: std::vec::IntoIter<u32>,
    projection: Projection,
    /// For the page after this one.
    pub after: Option<String>,
}

impl Iterator for Entities {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let rank = self.ranks.next()?;
        Some(self.projection.apply(self.index.ranked(rank).json()))
    }
}

impl Order {
    /// Reads `asc:<path>` or `desc:<path>`.
    pub fn parse(text: &str) -> Result<Order> {
        let order = match text.split_once(':') {
            Some(("asc", field)) => Some((field, false)),
            Some(("desc", field)) => Some((field, true)),
            _ => None,
        };
        match order.filter(|(field, _)| !field.is_empty()) {
            Some((field, descending)) => Ok(Order { field: field.to_owned(), descending }),
            None => Err(Error::invalid(format!(
                "Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\""
            ))),
        }
    }

    /// Reads `<path>`, `<path>,asc` or `<path>,desc`.
    pub fn parse_field(text: &str) -> Result<Order> {
        let (field, direction) = text.split_once(',').unwrap_or((text, "asc"));
        match direction {
            "asc" | "desc" => {
                Ok(Order { field: field.to_owned(), descending: direction == "desc" })
            }
            _ => Err(Error::invalid("Invalid order field order, must be asc or desc")),
        }
    }

    fn path(&self) -> String {
        self.field.to_lowercase()
    }
}

/// Entities as a list.
pub async fn entities_listed(
    index: Arc<Index>,
    lookup: &Lookup,
    request: &ListRequest,
) -> Result<Entities> {
    let condition = filter::parse(&request.filter)?;
    let projection = Projection::parse(&request.fields)?;
    let pages = request.limit.is_some() || request.offset.is_some() || request.after.is_some();
    if request.limit == Some(0) {
        return Err(Error::invalid("Invalid limit, must be greater than zero"));
    }
    let after = request.after.as_deref().map(After::decode).transpose()?.unwrap_or_default();
    let limit = after.limit.or(request.limit);
    let offset = after.offset.or(request.offset).unwrap_or(0);
    let order = request.order.first();
    let order_path = order.map(Order::path);
    let more = order_path.iter().map(String::as_str);
    let fields = gather(lookup, &index, &condition, more).await?;
    let selected = condition.select(&fields, index.items.len());
    let field = order_path.as_deref().map(|path| fields.get(path));
    let mut ranks: Vec<u32> = match (order, field) {
        (Some(order), Some(field)) => {
            let sequence = Sequence::by_field(field, order.descending, &selected);
            let with_value = sequence.forward(0).map(|(_, rank)| rank);
            // Only where there are pages do those without a value come, at the end.
            let rest = pages.then(|| {
                let members = selected.members();
                let lacking = ranks::others(&field.with_value(), index.items.len());
                lacking.iter().copied().filter(|rank| members.has(*rank)).collect::<Vec<_>>()
            });
            cut(with_value.chain(rest.into_iter().flatten()), offset, limit)
        }
        _ if pages => {
            let sequence = Sequence::filtered(index.by_reference(), &selected);
            cut(sequence.forward(0).map(|(_, rank)| rank), offset, limit)
        }
        _ => Sequence::by_uid(selected).forward(0).map(|(_, rank)| rank).collect(),
    };
    let more = limit.filter(|limit| ranks.len() > *limit);
    let after = more.map(|limit| {
        ranks.truncate(limit);
        After { limit: Some(limit), offset: Some(offset + limit) }.encode()
    });
    Ok(Entities { index, ranks: ranks.into_iter(), projection, after })
}

/// A page of a query.
pub async fn entities_page(
    index: &Arc<Index>,
    lookup: &Lookup,
    request: &PageRequest,
) -> Result<EntityPage> {
    let cursor = request.cursor.as_deref().map(Cursor::decode).transpose()?;
    let condition = match &cursor {
        Some(cursor) => cursor.condition()?,
        None => conditions(&request.filter, request.query.as_ref())?,
    };
    let (order, full_text) = match &cursor {
        Some(cursor) => (cursor.order_fields.first(), cursor.full_text_filter.as_ref()),
        None => (request.order.first(), request.full_text.as_ref()),
    };
    let projection = Projection::parse(&request.fields)?;
    let limit = request.limit.unwrap_or(PAGE_LIMIT);
    let order_path = order.map(Order::path);
    let term = full_text.map(|text| text.term.trim().to_lowercase());
    let term = term.filter(|term| !term.is_empty());
    let text_paths = match full_text.filter(|_| term.is_some()) {
        Some(text) if text.fields.is_empty() => {
            vec![order_path.clone().unwrap_or_else(|| UID.to_owned())]
        }
        Some(text) => text.fields.iter().map(|path| path.trim().to_lowercase()).collect(),
        None => Vec::new(),
    };
    let more = order_path.iter().chain(&text_paths).map(String::as_str);
    let fields = gather(lookup, index, &condition, more).await?;
    let count = index.items.len();
    let mut selected = condition.select(&fields, count);
    if let Some(term) = &term {
        selected = selected.and(|| {
            let found = text_paths.iter().map(|path| fields.get(path).containing(term));
            condition::Selected::of(ranks::any(found.collect()), count)
        });
    }
    let field = order_path.as_deref().map(|path| fields.get(path));
    let total = match &cursor {
        Some(cursor) => cursor.total_items,
        None if request.without_total => None,
        None => Some(match (field, &selected.list) {
            (None, _) => selected.total(),
            (Some(field), None) => field.with_value().len(),
            (Some(field), Some(list)) => ranks::count_both(&field.with_value(), list),
        }),
    };
    let sequence = match (order, field) {
        (Some(order), Some(field)) => Sequence::by_field(field, order.descending, &selected),
        _ => Sequence::by_uid(selected),
    };
    let found = part(&sequence, index, cursor.as_ref(), limit, request.offset.unwrap_or(0));
    let sorted = |(place, rank): (usize, u32)| -> Sorted {
        (sequence.text(place).map(str::to_owned), index.ranked(rank).facts.uid.to_string())
    };
    let mut page = EntityPage {
        items: found
            .entities
            .iter()
            .map(|(_, rank)| projection.apply(index.ranked(*rank).json()))
            .collect(),
        total_items: total.unwrap_or(0),
        ..EntityPage::default()
    };
    let (Some(first), Some(last)) = (found.entities.first(), found.entities.last()) else {
        return Ok(page);
    };
    let first = sorted(*first);
    let very_first = cursor.as_ref().map(|cursor| cursor.first_sort_field_values.clone());
    let at = |place: Sorted, is_previous: bool| {
        let very_first = very_first.clone().unwrap_or_else(|| first.clone());
        let next = Cursor::new(order, full_text, &condition, place, very_first);
        Cursor { is_previous, total_items: total, ..next }.encode()
    };
    if found.more_after {
        page.next_cursor = Some(at(sorted(*last), false));
    }
    if very_first.as_ref().is_some_and(|very_first| *very_first != first) {
        page.prev_cursor = Some(at(first.clone(), true));
    }
    Ok(page)
}

/// Entities by reference, in the order of the references; nothing where there is none, where
/// the conditions do not hold and where a reference cannot be read.
pub async fn entities_by_refs(
    index: &Arc<Index>,
    lookup: &Lookup,
    request: &RefsRequest,
) -> Result<Vec<Option<Bytes>>> {
    let condition = conditions(&request.filter, request.query.as_ref())?;
    let projection = Projection::parse(&request.fields)?;
    let asked = request.entity_refs.len();
    if asked > MOST_REFS {
        return Err(Error::invalid(format!(
            "Too many references: {asked}, and at most {MOST_REFS} can be asked for at once. \
             Split the request."
        )));
    }
    let fields = gather(lookup, index, &condition, []).await?;
    let members = condition.select(&fields, index.items.len()).members();
    let mut found = Vec::with_capacity(asked);
    let mut bytes = 0;
    for (place, text) in request.entity_refs.iter().enumerate() {
        if place % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        let item = EntityRef::parse(text).ok().and_then(|it| index.get(&it.to_string()));
        let wanted = |item: &&Arc<Item>| {
            condition.is_everything()
                || index.rank(&item.facts.uid).is_ok_and(|rank| members.has(rank))
        };
        let json = item.filter(wanted).map(|item| projection.apply(item.json()));
        bytes += json.as_ref().map_or(0, Bytes::len);
        if bytes > MOST_BYTES {
            return Err(Error::invalid(format!(
                "The answer would have more than {MOST_BYTES} bytes. Ask for fewer entities at \
                 a time, or for some of their fields."
            )));
        }
        found.push(json);
    }
    Ok(found)
}

/// The condition of a request: its filters, and its predicate besides.
pub fn conditions(filter: &[String], query: Option<&Value>) -> Result<Condition> {
    let filter = filter::parse(filter)?;
    Ok(match query {
        Some(query) => filter.and(predicate::parse(query)?),
        None => filter,
    })
}

/// Everything a query needs to look up. What was not asked about before is looked up on a thread of
/// its own, one path after the other: whoever asks waits for it, nobody else does, and it ends when
/// nobody waits any more.
pub async fn gather<'a>(
    lookup: &Lookup,
    index: &Arc<Index>,
    condition: &'a Condition,
    more: impl IntoIterator<Item = &'a str>,
) -> Result<Fields> {
    let mut paths: Vec<&str> = Vec::new();
    condition.paths(&mut paths);
    paths.extend(more);
    let mut known = HashSet::new();
    paths.retain(|path| known.insert(*path));
    if paths.len() > MOST_PATHS {
        return Err(Error::invalid(format!(
            "Too many fields: {} different ones are asked about, and at most {MOST_PATHS} can be \
             at once. Split the request.",
            paths.len()
        )));
    }
    let mut fields = Fields::default();
    for path in paths {
        let field = match index.ready_field(path) {
            Some(field) => field,
            None => {
                let _one_at_a_time = lookup.0.lock().await;
                let (index, path) = (index.clone(), path.to_owned());
                run_blocking(move || index.field(&path)).await?
            }
        };
        fields.add(path, field);
    }
    Ok(fields)
}

/// From an offset, one more than a limit, so that one sees whether there are more.
fn cut(ranks: impl Iterator<Item = u32>, offset: usize, limit: Option<usize>) -> Vec<u32> {
    let ranks = ranks.skip(offset);
    match limit {
        Some(limit) => ranks.take(limit.saturating_add(1)).collect(),
        None => ranks.collect(),
    }
}

/// Part of a sequence: places and ranks.
struct Part {
    entities: Vec<(usize, u32)>,
    more_after: bool,
}

/// The rank of a uid of a cursor, or the rank it would have.
fn rank(index: &Index, uid: &str) -> std::result::Result<u32, u32> {
    Uuid::try_parse(uid).map_or(Err(0), |uid| index.rank(&uid))
}

fn part(
    sequence: &Sequence<'_>,
    index: &Index,
    cursor: Option<&Cursor>,
    limit: usize,
    offset: usize,
) -> Part {
    let one_more = limit.saturating_add(1);
    let split = cursor.map(|cursor| {
        let (text, uid) = &cursor.order_field_values;
        sequence.split(text.as_deref(), rank(index, uid))
    });
    match (cursor, split) {
        (Some(cursor), Some(split)) if cursor.is_previous => {
            let mut entities = sequence.backward(split.start, one_more);
            entities.truncate(limit);
            entities.reverse();
            Part { entities, more_after: limit > 0 }
        }
        (_, split) => {
            let from = split.map_or(0, |split| split.end);
            let offset = if cursor.is_some() { 0 } else { offset };
            let found = sequence.forward(from).skip(offset).take(one_more);
            let mut entities: Vec<(usize, u32)> = found.collect();
            let more_after = limit > 0 && entities.len() > limit;
            entities.truncate(limit);
            Part { entities, more_after }
        }
    }
}
