//! What changed in the catalog, from the versions that are kept: by day, team, kind and author.

mod lines;

pub(crate) use lines::summary;

use crate::Catalog;
use crate::diff::{path, undo_pointers};
use crate::store::changes::{
    ChangeFilter, FacetRow, changes_count, changes_facets, changes_page, version_before,
};
use crate::store::history::VersionRow;
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::index::Index;
use catalog_index::list::by_count;
use catalog_index::membership::owners;
use model::author::Author;
use model::catalog::FacetValue;
use model::changes::{
    CHANGES_PER_PAGE, CatalogChange, ChangeFacets, ChangeList, ChangesQuery, MAX_CHANGES_PER_PAGE,
};
use model::entity_ref::{Defaults, EntityRef};
use model::history::Change;
use model::time::{Timestamp, civil, parse_utc};
use model::{Error, FieldError, Result};
use std::collections::HashMap;

/// Changes are counted up to so many.
const MOST_COUNTED: i64 = 10_000;

/// What filters offer is counted among so many of the newest changes.
const MOST_FACETS: i64 = 5_000;

/// So many owners are looked through for one person.
const MOST_OWNERS: usize = 64;

/// So many values are offered of each filter.
const MOST_OFFERED: usize = 50;

const DAY_MS: i64 = 24 * 3_600 * 1_000;

impl Catalog {
    /// One page of what changed, the newest first, with what the filters offer.
    pub async fn changes(&self, op: &OpContext, query: &ChangesQuery) -> Result<ChangeList> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let mut list = self.changes_without_facets(op, query).await?;
        let all = ChangeFilter { last: index.last_version, ..ChangeFilter::default() };
        let newest = changes_facets(op.db(), &all, MOST_FACETS).await?;
        let kinds = self.state(op)?.kinds();
        list.facets = facets(&newest, &index, |kind| kinds.title(kind).to_owned());
        Ok(list)
    }

    /// One page of what changed, the newest first.
    pub async fn changes_without_facets(
        &self,
        op: &OpContext,
        query: &ChangesQuery,
    ) -> Result<ChangeList> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let (filter, owners) = self.filter(op, query, &index).await?;
        let limit = match query.limit {
            0 => CHANGES_PER_PAGE,
            limit => limit.min(MAX_CHANGES_PER_PAGE),
        } as usize;
        let before = if query.before > 0 { query.before - 1 } else { i64::MAX };
        let (mut rows, mut total) = (Vec::new(), 0);
        for owner_ref in owners {
            let counted = ChangeFilter { owner_ref, ..filter.clone() };
            let page = ChangeFilter { last: counted.last.min(before), ..counted.clone() };
            rows.extend(changes_page(op.db(), &page, limit as i64 + 1).await?);
            total += changes_count(op.db(), &counted, MOST_COUNTED + 1).await?;
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.version_id));
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(ChangeList {
            next: rows.last().filter(|_| more).map(|row| row.version_id),
            changes: rows.iter().map(|row| change(row, &index)).collect(),
            total: total.min(MOST_COUNTED) as u32,
            more_than_total: total > MOST_COUNTED,
            facets: ChangeFacets::default(),
        })
    }

    /// Who did something, by the title of the person's entity for those who may see it.
    pub fn author(&self, op: &OpContext, principal: &str) -> Author {
        let may_read = op.authorize(Permission::CatalogEntityRead);
        match may_read.and_then(|()| self.state(op)) {
            Ok(state) => state.index().author(principal),
            Err(_) => Author::unknown(principal),
        }
    }

    /// The filter of a query without its owner, and the owners of which one has to fit.
    async fn filter(
        &self,
        op: &OpContext,
        query: &ChangesQuery,
        index: &Index,
    ) -> Result<(ChangeFilter, Vec<String>)> {
        let mut wrong = Vec::new();
        let (mut after, mut last) = (0, index.last_version);
        if query.since > 0 {
            after = version_before(op.db(), Timestamp(query.since)).await?;
        }
        if !query.day.is_empty() {
            match day_start(&query.day) {
                Some(start) => {
                    let end = Timestamp(start.0 + DAY_MS);
                    after = after.max(version_before(op.db(), start).await?);
                    last = last.min(version_before(op.db(), end).await?);
                }
                None => wrong.push(FieldError::new(
                    "/day",
                    format!("\"{}\" is no day: expected one such as 2026-11-28", query.day),
                )),
            }
        }
        let known = |name: &str| Change::of(name).name() == name;
        if !query.change.is_empty() && !known(&query.change) {
            wrong.push(FieldError::new(
                "/change",
                format!(
                    "\"{}\" is no change: expected added, changed, orphaned, edited, removed, \
                     restored or kept",
                    query.change
                ),
            ));
        }
        let mut reference = |path: &str, text: &str, kind: Option<&str>| -> String {
            if text.is_empty() {
                return String::new();
            }
            match EntityRef::parse_with(text, Defaults { kind, namespace: None }) {
                Ok(found) => found.to_string(),
                Err(error) => {
                    wrong.push(FieldError::new(path, error.to_string()));
                    String::new()
                }
            }
        };
        let entity_ref = reference("/entity", &query.entity, None);
        let owners = match (query.owner.as_str(), op.principal.person()) {
            ("me", Some(person)) => {
                let mut own = owners(person, index);
                own.truncate(MOST_OWNERS);
                own
            }
            ("me", None) => Vec::new(),
            (owner, _) => vec![reference("/owner", owner, Some("group"))],
        };
        if let Some(first) = wrong.first() {
            return Err(Error::invalid_fields(first.message.clone(), wrong));
        }
        let filter = ChangeFilter {
            after,
            last,
            kind: query.kind.to_lowercase(),
            principal: query.author.clone(),
            change: query.change.clone(),
            entity_ref,
            owner_ref: String::new(),
        };
        Ok((filter, owners))
    }
}

/// The first moment of a day such as `2026-11-28`.
fn day_start(day: &str) -> Option<Timestamp> {
    let start = parse_utc(&format!("{day}T00:00"))?;
    (day_of(start) == day).then_some(start)
}

/// `2026-11-28`
fn day_of(at: Timestamp) -> String {
    let (year, month, day, ..) = civil(at);
    format!("{year:04}-{month:02}-{day:02}")
}

fn change(row: &VersionRow, index: &Index) -> CatalogChange {
    let lines = match &row.summary {
        Some(summary) => summary.lines().map(str::to_owned).collect(),
        None if matches!(row.change, Change::Changed | Change::Edited) => {
            let fields = undo_pointers(&row.undo);
            fields.iter().take(5).map(|pointer| format!("{}: changed", path(pointer))).collect()
        }
        None => Vec::new(),
    };
    let Author { principal, name, exists } = index.author(&row.principal);
    CatalogChange {
        id: row.version_id,
        at: row.changed_at,
        day: day_of(row.changed_at),
        change: row.change,
        entity: index.link(&row.entity_ref),
        owner: Some(&row.owner_ref)
            .filter(|owner| !owner.is_empty())
            .map(|owner| index.link(owner)),
        author: principal,
        author_name: name,
        author_exists: exists,
        source: for_people(&row.location),
        lines,
    }
}

fn facets(rows: &[FacetRow], index: &Index, kind_title: impl Fn(&str) -> String) -> ChangeFacets {
    let mut days: HashMap<String, u32> = HashMap::new();
    let mut owners: HashMap<&str, u32> = HashMap::new();
    let mut kinds: HashMap<&str, u32> = HashMap::new();
    let mut authors: HashMap<&str, u32> = HashMap::new();
    let mut changes: HashMap<&str, u32> = HashMap::new();
    for row in rows {
        *days.entry(day_of(row.changed_at)).or_default() += 1;
        *kinds.entry(&row.kind).or_default() += 1;
        *authors.entry(&row.principal).or_default() += 1;
        *changes.entry(row.change.name()).or_default() += 1;
        if !row.owner_ref.is_empty() {
            *owners.entry(&row.owner_ref).or_default() += 1;
        }
    }
    let days: HashMap<&str, u32> = days.iter().map(|(day, count)| (day.as_str(), *count)).collect();
    let mut days = offered(days, str::to_owned);
    days.sort_by(|left, right| right.value.cmp(&left.value));
    ChangeFacets {
        days,
        owners: offered(owners, |owner| index.link(owner).title),
        kinds: offered(kinds, |kind| {
            let known = model::kind::named(kind).map(|known| known.name);
            kind_title(known.unwrap_or(kind))
        }),
        authors: offered(authors, |author| index.author(author).name),
        changes: offered(changes, str::to_owned),
    }
}

fn offered(counts: HashMap<&str, u32>, label: impl Fn(&str) -> String) -> Vec<FacetValue> {
    let value = |(value, count): (&str, u32)| FacetValue {
        value: value.to_owned(),
        label: label(value),
        count,
    };
    let mut values: Vec<FacetValue> = counts.into_iter().map(value).collect();
    values.sort_by(by_count);
    values.truncate(MOST_OFFERED);
    values
}
