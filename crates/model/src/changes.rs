//! What changed in the catalog: by day, team, kind and author, with one-line differences.

use crate::author::Author;
use crate::entity_link::EntityLink;
use crate::facet::FacetValue;
use crate::history::Change;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many changes one page has when nobody says so.
pub const CHANGES_PER_PAGE: u32 = 50;

/// How many changes one page has at most.
pub const MAX_CHANGES_PER_PAGE: u32 = 200;

/// Which changes; each field is one key of the page's address, and empty for any.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChangesQuery {
    /// A day in UTC, `2026-11-28`.
    pub day: String,
    /// Since this moment, in milliseconds since 1970; 0 for any.
    pub since: i64,
    /// An owner's ref (`platform` stands for `group:default/platform`), or `me` for what the person
    /// owns through all groups.
    pub owner: String,
    /// `component`, ….
    pub kind: String,
    /// Who made the change: a person's ref, `service:<subject>` or `system:<job>`.
    pub author: String,
    /// `added`, `changed`, `orphaned`, `edited`, `removed`, `restored` or `kept`.
    pub change: String,
    /// One entity's ref.
    pub entity: String,
    /// Only changes older than this one, by its number; 0 begins with the newest.
    pub before: i64,
    /// At most so many; 0 for [`CHANGES_PER_PAGE`].
    pub limit: u32,
}

impl ChangesQuery {
    /// From the keys of an address; what cannot be understood counts as not said.
    pub fn from_address(get: impl Fn(&str) -> Option<String>) -> ChangesQuery {
        let text = |key: &str| get(key).map(|text| text.trim().to_owned()).unwrap_or_default();
        ChangesQuery {
            day: text("day"),
            since: text("since").parse().unwrap_or_default(),
            owner: text("owner"),
            kind: text("kind"),
            author: text("author"),
            change: text("change"),
            entity: text("entity"),
            before: text("before").parse().unwrap_or_default(),
            limit: text("limit").parse().unwrap_or_default(),
        }
    }

    /// The keys of the address that say the same, without what is empty.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let number = |number: i64| if number == 0 { String::new() } else { number.to_string() };
        let all = [
            ("day", self.day.clone()),
            ("since", number(self.since)),
            ("owner", self.owner.clone()),
            ("kind", self.kind.clone()),
            ("author", self.author.clone()),
            ("change", self.change.clone()),
            ("entity", self.entity.clone()),
            ("before", number(self.before)),
            ("limit", number(self.limit.into())),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// One page of changes, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeList {
    /// The changes.
    pub changes: Vec<CatalogChange>,
    /// How many there are on all pages, as far as they were counted.
    pub total: u32,
    /// There are more than `total`.
    pub more_than_total: bool,
    /// `before` of the next, older page.
    pub next: Option<i64>,
    /// What the filters offer, counted among the newest changes.
    pub facets: ChangeFacets,
}

/// What the filters of changes offer, the most frequent first; days the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeFacets {
    /// Days in UTC.
    pub days: Vec<FacetValue>,
    /// Owners.
    pub owners: Vec<FacetValue>,
    /// Kinds.
    pub kinds: Vec<FacetValue>,
    /// Who made changes.
    pub authors: Vec<FacetValue>,
    /// What happened.
    pub changes: Vec<FacetValue>,
}

/// One change of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogChange {
    /// The number of the version it made.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The day in UTC, `2026-11-28`.
    pub day: String,
    /// What happened.
    pub change: Change,
    /// To which entity, whether it is still there or not.
    pub entity: EntityLink,
    /// Who owned it after the change; before it, when it was removed.
    pub owner: Option<EntityLink>,
    /// Who made it: a person's ref, `service:<subject>` or `system:<job>`.
    pub author: String,
    /// What to call who made it.
    pub author_name: String,
    /// Whether the catalog holds an entity of who made it.
    #[serde(default)]
    pub author_exists: bool,
    /// Where its descriptor was, for people.
    pub source: String,
    /// One line for each field that differs: `owner: a → b`; the first of them.
    pub lines: Vec<String>,
}

impl CatalogChange {
    /// Who made it.
    pub fn by(&self) -> Author {
        Author {
            principal: self.author.clone(),
            name: self.author_name.clone(),
            exists: self.author_exists,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_from_an_address_and_written_into_one() {
        let query = ChangesQuery {
            day: "2026-11-28".into(),
            owner: "me".into(),
            before: 7,
            ..ChangesQuery::default()
        };
        let pairs = query.pairs();
        assert_eq!(pairs.len(), 3);
        let get = |key: &str| {
            pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
        };
        assert_eq!(ChangesQuery::from_address(get), query);
        assert!(ChangesQuery::from_address(|_| None).pairs().is_empty());
    }
}
