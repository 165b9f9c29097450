//! The list page: which rows, in which order, and what the filters offer.

use crate::Catalog;
use crate::freshness::Staleness;
use crate::index::Index;
use crate::item::Item;
use crate::kinds::KindSet;
use access::{OpContext, Permission};
use model::Result;
use model::catalog::{EntityFacets, EntityList, EntityQuery, EntityRow, FacetValue};
use model::freshness::FreshnessState;
use model::provenance::Provenance;
use model::time::Timestamp;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// How many rows one page has.
pub(crate) const PAGE_ROWS: usize = 50;

/// How many values a filter offers at most.
const MAX_VALUES: usize = 200;

impl Catalog {
    /// One page of the list.
    pub fn entity_list(&self, op: &OpContext, query: &EntityQuery) -> Result<EntityList> {
        op.authorize(Permission::CatalogEntityRead)?;
        let state = self.state(op)?;
        let (index, kinds) = (state.index(), state.kinds());
        let filter = Filter::new(op, query, &index);
        let mut counts = Counts::default();
        let mut found: Vec<&Arc<Item>> = Vec::new();
        for item in &index.items {
            let misses = filter.misses(item);
            counts.add(item, misses);
            if misses == 0 {
                found.push(item);
            }
        }
        sort(&mut found, &query.sort, &index);
        let total = found.len();
        let pages = total.div_ceil(PAGE_ROWS).max(1);
        let page = (query.page.max(1) as usize).min(pages);
        let rows = found.iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS);
        Ok(EntityList {
            rows: rows.map(|item| item.list_row(&index)).collect(),
            total: total as u32,
            total_in_catalog: index.items.len() as u32,
            problems: index.problems.len() as u32,
            page: page as u32,
            pages: pages as u32,
            facets: counts.facets(&index, query, &kinds),
            provenance: provenance(&index, state.oldest_read()),
        })
    }
}

/// Where figures of the whole catalog come from.
pub(crate) fn provenance(index: &Index, read_at: Option<Timestamp>) -> Provenance {
    let last_change = || index.items.iter().map(|item| item.facts.changed_at).max();
    Provenance {
        source: "the catalog".to_owned(),
        as_of: read_at.or_else(last_change).unwrap_or_else(access::now),
    }
}

impl Item {
    /// The row of the list.
    pub(crate) fn list_row(&self, index: &Index) -> EntityRow {
        let facts = &self.facts;
        let text = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
        EntityRow {
            entity: self.link(),
            r#type: text(&facts.r#type),
            lifecycle: text(&facts.lifecycle),
            owner: facts.owner.as_ref().map(|owner| index.link(owner)),
            system: facts.system.as_ref().map(|system| index.link(system)),
            description: Some(facts.description().to_string()).filter(|text| !text.is_empty()),
            tags: facts.tags.iter().map(ToString::to_string).collect(),
            broken: !facts.errors().is_empty(),
            orphan: facts.orphan,
            freshness: Staleness::of(index).freshness(self),
        }
    }
}

const KIND: u8 = 1;
const TYPE: u8 = 2;
const OWNER: u8 = 4;
const LIFECYCLE: u8 = 8;
const TAG: u8 = 16;
const OTHER: u8 = 32;

/// What is asked for, in the form in which it is compared.
struct Filter<'a> {
    kind: String,
    r#type: String,
    owners: Vec<String>,
    any_owner: bool,
    lifecycle: String,
    tags: Vec<String>,
    words: Vec<String>,
    state: String,
    staleness: Staleness<'a>,
}

impl Filter<'_> {
    fn new<'a>(op: &OpContext, query: &EntityQuery, index: &'a Index) -> Filter<'a> {
        let plain = |text: &str| text.trim().to_lowercase();
        let owner = plain(&query.owner);
        let owners = match owner.as_str() {
            "me" => op.principal.person().map_or(Vec::new(), |person| {
                let own = std::iter::once(&person.user_ref).chain(&person.ownership_refs);
                own.map(|found| found.to_lowercase()).collect()
            }),
            _ => vec![owner.clone()],
        };
        let tags = query.tag.split(',').map(plain).filter(|tag| !tag.is_empty());
        Filter {
            kind: plain(&query.kind),
            r#type: plain(&query.r#type),
            any_owner: owner.is_empty(),
            owners,
            lifecycle: plain(&query.lifecycle),
            tags: tags.collect(),
            words: query.q.split_whitespace().map(str::to_lowercase).collect(),
            state: plain(&query.state),
            staleness: Staleness::of(index),
        }
    }

    /// Which conditions an item does not meet.
    fn misses(&self, item: &Item) -> u8 {
        let facts = &item.facts;
        let is = |wanted: &str, found: Option<&str>| {
            wanted.is_empty() || found.is_some_and(|found| same(wanted, found))
        };
        let mut misses = 0;
        let mut miss = |flag: u8, met: bool| {
            if !met {
                misses |= flag;
            }
        };
        // Locations are how entities came in; they are listed when somebody asks for them.
        let listed = !self.kind.is_empty() || !same("location", &facts.origin.kind);
        miss(KIND, listed && is(&self.kind, Some(&facts.origin.kind)));
        miss(TYPE, is(&self.r#type, facts.r#type.as_deref()));
        miss(LIFECYCLE, is(&self.lifecycle, facts.lifecycle.as_deref()));
        let owned = || {
            facts.owner.as_deref().is_some_and(|found| self.owners.iter().any(|own| own == found))
        };
        miss(OWNER, self.any_owner || owned());
        let tagged = |wanted: &String| facts.tags.iter().any(|tag| same(wanted, tag));
        miss(TAG, self.tags.iter().all(tagged));
        let in_state = match self.state.as_str() {
            "broken" => !facts.errors().is_empty(),
            "orphan" => facts.orphan,
            "stale" => self.staleness.state(item) == FreshnessState::Stale,
            _ => true,
        };
        // Lower-casing descriptions is what costs, so it comes last.
        let said = in_state && (self.words.is_empty() || self.said(item));
        miss(OTHER, said);
        misses
    }

    fn said(&self, item: &Item) -> bool {
        let facts = &item.facts;
        let mut description: Option<String> = None;
        self.words.iter().all(|word| {
            facts.sort_key().contains(word)
                || item.name_key().contains(word)
                || facts.tags.iter().any(|tag| tag.to_lowercase().contains(word))
                || description
                    .get_or_insert_with(|| facts.description().to_lowercase())
                    .contains(word)
        })
    }
}

/// Whether a text is the wanted one, which is in lower case.
fn same(wanted: &str, found: &str) -> bool {
    wanted == found
        || if found.is_ascii() {
            wanted.eq_ignore_ascii_case(found)
        } else {
            wanted == found.to_lowercase()
        }
}

/// How often each value occurs.
#[derive(Default)]
struct Counts<'a> {
    kinds: HashMap<&'a Arc<str>, u32>,
    types: HashMap<&'a Arc<str>, u32>,
    owners: HashMap<&'a Arc<str>, u32>,
    lifecycles: HashMap<&'a Arc<str>, u32>,
    tags: HashMap<&'a Arc<str>, u32>,
}

impl<'a> Counts<'a> {
    /// An item counts for a filter when it meets all other conditions. Tags narrow each other, so
    /// for them it has to meet those on tags too.
    fn add(&mut self, item: &'a Item, misses: u8) {
        let facts = &item.facts;
        let only = |flag: u8| misses & !flag == 0;
        if only(KIND) {
            *self.kinds.entry(&facts.origin.kind).or_default() += 1;
        }
        if only(TYPE) {
            count(&mut self.types, &facts.r#type);
        }
        if only(OWNER) {
            count(&mut self.owners, &facts.owner);
        }
        if only(LIFECYCLE) {
            count(&mut self.lifecycles, &facts.lifecycle);
        }
        if misses == 0 {
            for tag in &facts.tags {
                *self.tags.entry(tag).or_default() += 1;
            }
        }
    }

    fn facets(self, index: &Index, query: &EntityQuery, kinds: &KindSet) -> EntityFacets {
        let plain = |value: &Arc<str>| value.to_string();
        let owner = |value: &Arc<str>| index.link(value).title;
        let kind = |value: &Arc<str>| kinds.title(value).to_owned();
        EntityFacets {
            kinds: values(self.kinds, &query.kind, Value::LowerCase, kind, by_label),
            types: values(self.types, &query.r#type, Value::AsIs, plain, by_label),
            owners: values(self.owners, &query.owner, Value::AsIs, owner, by_label),
            lifecycles: values(self.lifecycles, &query.lifecycle, Value::AsIs, plain, by_label),
            tags: values(self.tags, &query.tag, Value::AsIs, plain, by_count),
        }
    }
}

fn count<'a>(counts: &mut HashMap<&'a Arc<str>, u32>, value: &'a Option<Arc<str>>) {
    if let Some(value) = value {
        *counts.entry(value).or_default() += 1;
    }
}

#[derive(Clone, Copy)]
enum Value {
    AsIs,
    LowerCase,
}

/// The values of one filter: the most used ones and those that are chosen.
fn values(
    counts: HashMap<&Arc<str>, u32>,
    chosen: &str,
    form: Value,
    label: impl Fn(&Arc<str>) -> String,
    order: fn(&FacetValue, &FacetValue) -> Ordering,
) -> Vec<FacetValue> {
    let mut counts: Vec<(&Arc<str>, u32)> = counts.into_iter().collect();
    if counts.len() > MAX_VALUES {
        counts.sort_by(|(left, a), (right, b)| b.cmp(a).then_with(|| left.cmp(right)));
        let chosen: Vec<&str> = chosen.split(',').map(str::trim).collect();
        let mut place = 0;
        counts.retain(|(value, _)| {
            place += 1;
            place <= MAX_VALUES || chosen.iter().any(|one| one.eq_ignore_ascii_case(value))
        });
    }
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, count)| FacetValue {
            label: label(value),
            value: match form {
                Value::AsIs => value.to_string(),
                Value::LowerCase => value.to_lowercase(),
            },
            count,
        })
        .collect();
    values.sort_by(order);
    values
}

fn by_label(left: &FacetValue, right: &FacetValue) -> Ordering {
    let key = |value: &FacetValue| value.label.to_lowercase();
    key(left).cmp(&key(right)).then_with(|| left.value.cmp(&right.value))
}

/// The most used first.
pub(crate) fn by_count(left: &FacetValue, right: &FacetValue) -> Ordering {
    right.count.cmp(&left.count).then_with(|| by_label(left, right))
}

/// The items come sorted by title; other orders keep that among equals. What has no value comes
/// last in both directions.
fn sort(items: &mut [&Arc<Item>], order: &str, index: &Index) {
    let (key, descending) = match order.strip_prefix('-') {
        Some(key) => (key, true),
        None => (order, false),
    };
    let text = |value: &Option<Arc<str>>| value.as_ref().map(|value| value.to_lowercase());
    let link = |value: &Option<Arc<str>>| {
        value.as_ref().map(|value| index.link(value).title.to_lowercase())
    };
    match key {
        "kind" => by(items, descending, |item| Some(item.facts.origin.kind.to_lowercase())),
        "type" => by(items, descending, |item| text(&item.facts.r#type)),
        "owner" => by(items, descending, |item| link(&item.facts.owner)),
        "system" => by(items, descending, |item| link(&item.facts.system)),
        "lifecycle" => by(items, descending, |item| text(&item.facts.lifecycle)),
        "updated" => by(items, descending, |item| Some(item.facts.changed_at)),
        _ if descending => items.reverse(),
        _ => {}
    }
}

fn by<K: Ord>(items: &mut [&Arc<Item>], descending: bool, key: impl Fn(&Item) -> Option<K>) {
    let mut keyed: Vec<(Option<K>, &Arc<Item>)> =
        items.iter().map(|item| (key(item), *item)).collect();
    keyed.sort_by(|(left, _), (right, _)| match (left, right) {
        (Some(left), Some(right)) if descending => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    });
    for (place, (_, item)) in items.iter_mut().zip(keyed) {
        *place = item;
    }
}
