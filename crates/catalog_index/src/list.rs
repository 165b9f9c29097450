//! The list page: which rows, in which order, and what the filters offer.

mod counts;
mod filter;
mod order;
mod personal;

pub use counts::by_count;
pub use filter::{Word, is_listed};
pub use personal::{Personal, Stars};

use crate::complaint::for_people;
use crate::freshness::Staleness;
use crate::index::Index;
use crate::item::{Item, hex};
use crate::kinds::KindSet;
use arcstr::ArcStr;
use counts::Counts;
use filter::Filter;
use model::catalog::{EntityList, EntityQuery, EntityRow};
use model::listing::ListTotals;
use model::provenance::Provenance;
use model::time::Timestamp;
use sha1::{Digest, Sha1};
use std::sync::Arc;

/// How many rows one page has.
const PAGE_ROWS: usize = 50;

/// One page of the list with what stands beside it.
pub struct Listed {
    /// The page.
    pub list: EntityList,
    /// How many there are altogether.
    pub totals: ListTotals,
    /// Changes when anything of the list does that everybody sees.
    pub etag: String,
}

/// Everything that fits a query: one walk through all entities, whatever is asked.
pub fn listed(
    index: &Index,
    kinds: &KindSet,
    query: &EntityQuery,
    personal: &Personal<'_>,
    provenance: Provenance,
) -> Listed {
    let filter = Filter::new(query, index, personal);
    let mut counts = Counts::default();
    let mut totals = ListTotals::default();
    let mut found: Vec<&Arc<Item>> = Vec::new();
    for (place, item) in index.items.iter().enumerate() {
        let met = filter.look(place, item);
        counts.add(item, &met);
        if is_listed(item) {
            totals.all += 1;
            totals.owned += u32::from(met.owned);
            totals.starred += u32::from(met.starred);
        }
        if met.misses == 0 {
            found.push(item);
        }
    }
    order::sort(&mut found, &query.sort, index, filter.staleness());
    let total = found.len();
    let pages = total.div_ceil(PAGE_ROWS).max(1);
    let page = (query.page.max(1) as usize).min(pages);
    let rows = found.iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS);
    let rows: Vec<EntityRow> = rows.map(|item| item.list_row(index)).collect();
    let mut list = EntityList {
        rows,
        total: total as u32,
        total_in_catalog: index.items.len() as u32,
        problems: index.problems.len() as u32,
        page: page as u32,
        pages: pages as u32,
        facets: counts.facets(index, query, kinds),
        provenance,
    };
    let facets = &list.facets;
    let offered = (
        (&facets.kinds, &facets.types, &facets.owners, &facets.lifecycles),
        (&facets.systems, &facets.tags, &facets.states),
    );
    let etag = etag(&(&list.rows, list.total, list.total_in_catalog, list.problems, offered));
    for row in &mut list.rows {
        row.starred = personal.stars.contains(&row.entity.entity_ref);
    }
    Listed { list, totals, etag }
}

/// What tells something that is shown from what was shown before; the same on every instance.
pub fn etag(shown: &impl serde::Serialize) -> String {
    // Plain data with texts as keys: it can always be written.
    let text = serde_json::to_vec(shown).unwrap_or_default();
    hex(&Sha1::digest(&text)[..8])
}

/// Where figures of the whole catalog come from.
pub fn provenance(index: &Index, read_at: Option<Timestamp>, now: Timestamp) -> Provenance {
    let last_change = || index.items.iter().map(|item| item.facts.changed_at).max();
    Provenance {
        source: "the catalog".to_owned(),
        as_of: read_at.or_else(last_change).unwrap_or(now),
    }
}

impl Item {
    /// The row of the list.
    pub fn list_row(&self, index: &Index) -> EntityRow {
        let facts = &self.facts;
        let text = |text: &Option<ArcStr>| text.as_ref().map(ToString::to_string);
        EntityRow {
            entity: self.link(),
            r#type: text(&facts.r#type),
            lifecycle: text(&facts.lifecycle),
            owner: facts.owner.as_ref().map(|owner| index.link(owner)),
            system: facts.system.as_ref().map(|system| index.link(system)),
            description: Some(self.description()).filter(|text| !text.is_empty()),
            tags: facts.tags.iter().map(ToString::to_string).collect(),
            broken: !facts.errors().is_empty(),
            orphan: self.flags.orphan,
            freshness: Staleness::of(index).freshness(self),
            source: for_people(&facts.origin.location),
            changed_at: facts.changed_at,
            starred: false,
        }
    }
}
