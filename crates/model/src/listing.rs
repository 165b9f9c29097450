//! How people arrange the catalog's list: what stands in its address, its columns, and the views
//! they save.

use crate::catalog::{EntityList, EntityQuery};
use serde::{Deserialize, Serialize};

/// The view that shows everything.
pub const ALL: &str = "all";
/// The view of what the person owns.
pub const OWNED: &str = "owned";
/// The view of what the person starred.
pub const STARRED: &str = "starred";

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ListColumn {
    /// The title; always there, and always first.
    Name,
    /// The kind.
    Kind,
    /// `spec.type`, with the kind unless that has a column of its own.
    Type,
    /// Who owns it.
    Owner,
    /// `spec.lifecycle`.
    Lifecycle,
    /// The system it belongs to.
    System,
    /// `metadata.tags`.
    Tags,
    /// How far it can be trusted.
    Freshness,
    /// `metadata.description`; under the name unless it has a column of its own.
    Description,
    /// `metadata.namespace`.
    Namespace,
    /// Where its descriptor is.
    Source,
    /// When it last changed.
    Updated,
}

impl ListColumn {
    /// Every column, in the order in which they are offered.
    pub const ALL: [ListColumn; 12] = [
        ListColumn::Name,
        ListColumn::Kind,
        ListColumn::Type,
        ListColumn::Owner,
        ListColumn::Lifecycle,
        ListColumn::System,
        ListColumn::Tags,
        ListColumn::Freshness,
        ListColumn::Description,
        ListColumn::Namespace,
        ListColumn::Source,
        ListColumn::Updated,
    ];

    /// What is shown when nobody says otherwise.
    pub const DEFAULT: [ListColumn; 5] = [
        ListColumn::Name,
        ListColumn::Type,
        ListColumn::Owner,
        ListColumn::Lifecycle,
        ListColumn::Tags,
    ];

    /// The name in addresses, for `columns` and for `sort`.
    pub fn key(self) -> &'static str {
        match self {
            ListColumn::Name => "name",
            ListColumn::Kind => "kind",
            ListColumn::Type => "type",
            ListColumn::Owner => "owner",
            ListColumn::Lifecycle => "lifecycle",
            ListColumn::System => "system",
            ListColumn::Tags => "tags",
            ListColumn::Freshness => "freshness",
            ListColumn::Description => "description",
            ListColumn::Namespace => "namespace",
            ListColumn::Source => "source",
            ListColumn::Updated => "updated",
        }
    }

    /// The head.
    pub fn label(self) -> &'static str {
        match self {
            ListColumn::Name => "Name",
            ListColumn::Kind => "Kind",
            ListColumn::Type => "Type",
            ListColumn::Owner => "Owner",
            ListColumn::Lifecycle => "Lifecycle",
            ListColumn::System => "System",
            ListColumn::Tags => "Tags",
            ListColumn::Freshness => "Freshness",
            ListColumn::Description => "Description",
            ListColumn::Namespace => "Namespace",
            ListColumn::Source => "Source",
            ListColumn::Updated => "Updated",
        }
    }

    /// Whether the list can be sorted by it.
    pub fn sorts(self) -> bool {
        !matches!(self, ListColumn::Tags | ListColumn::Description)
    }

    /// The column of this name.
    pub fn parse(key: &str) -> Option<ListColumn> {
        ListColumn::ALL.into_iter().find(|column| column.key() == key)
    }

    /// What `columns=` of an address shows, the name first. Unknown names are passed over.
    pub fn shown(columns: &str) -> Vec<ListColumn> {
        let mut shown = vec![ListColumn::Name];
        for column in columns.split(',').filter_map(|key| ListColumn::parse(key.trim())) {
            if !shown.contains(&column) {
                shown.push(column);
            }
        }
        match columns.trim().is_empty() {
            true => ListColumn::DEFAULT.to_vec(),
            false => shown,
        }
    }

    /// What `columns=` says for these; empty for those that are shown anyway.
    pub fn address(columns: &[ListColumn]) -> String {
        if columns == ListColumn::DEFAULT {
            return String::new();
        }
        columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(",")
    }
}

impl EntityQuery {
    /// Reads a query from what an address says under each key.
    pub fn from_address(value: impl Fn(&str) -> String) -> EntityQuery {
        let text = |key: &str| value(key).trim().to_owned();
        let owner = text("owner");
        let mine = owner == "me";
        EntityQuery {
            kind: text("kind"),
            r#type: text("type"),
            owner: if mine { String::new() } else { owner },
            system: text("system"),
            lifecycle: text("lifecycle"),
            tag: text("tag"),
            q: text("q"),
            state: text("state"),
            owned: if mine { "me".to_owned() } else { text("owned") },
            starred: text("starred"),
            columns: text("columns"),
            sort: text("sort"),
            view: text("view"),
            base: text("base"),
            page: text("page").parse().unwrap_or(1).max(1),
        }
    }

    /// What the address says: the filled keys with their values.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("view", &self.view),
            ("base", &self.base),
            ("kind", &self.kind),
            ("type", &self.r#type),
            ("owner", &self.owner),
            ("system", &self.system),
            ("lifecycle", &self.lifecycle),
            ("tag", &self.tag),
            ("q", &self.q),
            ("state", &self.state),
            ("owned", &self.owned),
            ("starred", &self.starred),
            ("columns", &self.columns),
            ("sort", &self.sort),
        ];
        let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<_> = filled.map(|(key, value)| (key, value.clone())).collect();
        if self.page > 1 {
            pairs.push(("page", self.page.to_string()));
        }
        pairs
    }

    /// What is shown and how, without where one is in it and whose view it is; two queries that
    /// show the same are equal in this form.
    pub fn shown(&self) -> EntityQuery {
        let columns = ListColumn::address(&ListColumn::shown(&self.columns));
        let sort = if self.sort == "name" { String::new() } else { self.sort.clone() };
        let none = String::new;
        EntityQuery { columns, sort, view: none(), base: none(), page: 1, ..self.clone() }
    }

    /// Whether the address asks for nothing but a page, so that the person's own choice is shown.
    pub fn is_open(&self) -> bool {
        EntityQuery { page: 0, ..self.clone() } == EntityQuery::default()
    }

    /// The same with something changed, from its first page on. It remembers which view it was.
    pub fn changed(&self, change: impl FnOnce(&mut EntityQuery)) -> EntityQuery {
        let base = if self.view.is_empty() { &self.base } else { &self.view };
        let mut next =
            EntityQuery { base: base.clone(), view: String::new(), page: 1, ..self.clone() };
        change(&mut next);
        next
    }

    /// How many filters are set.
    pub fn filters(&self) -> usize {
        let all = [
            &self.kind,
            &self.r#type,
            &self.owner,
            &self.system,
            &self.lifecycle,
            &self.tag,
            &self.q,
            &self.state,
            &self.owned,
            &self.starred,
        ];
        all.into_iter().filter(|value| !value.is_empty()).count()
    }

    /// The same without filters.
    pub fn unfiltered(&self) -> EntityQuery {
        self.changed(|next| {
            *next = EntityQuery {
                columns: std::mem::take(&mut next.columns),
                sort: std::mem::take(&mut next.sort),
                base: std::mem::take(&mut next.base),
                page: 1,
                ..EntityQuery::default()
            };
        })
    }
}

/// The list page: rows, and what the person who looks has arranged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// The rows, with what the filters offer.
    pub list: EntityList,
    /// What is shown: what was asked for, or what the view says that was named.
    pub asked: EntityQuery,
    /// The columns, in order.
    pub columns: Vec<ListColumn>,
    /// Whether somebody looks who can star and save.
    pub personal: bool,
    /// How many entities each built-in view shows.
    pub totals: ListTotals,
    /// The person's views and those that others share, by name.
    pub views: Vec<SavedView>,
    /// The view that shows exactly this, by its id or `all`, `owned`, `starred`; or empty.
    pub current: String,
    /// What `/catalog` opens with, if not everything.
    pub default_view: String,
    /// The view that was asked for and is not there.
    pub missing: Option<MissingView>,
    /// How many entities wait to be removed, for those who may decide on it.
    #[serde(default)]
    pub pending_removals: u32,
    /// Changes when anything of the list that everybody sees does.
    pub etag: String,
}

/// How many entities each built-in view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTotals {
    /// Everything that is listed.
    pub all: u32,
    /// What the person owns, alone or with a group.
    pub owned: u32,
    /// What the person starred.
    pub starred: u32,
}

/// A named arrangement of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Its id, for `view=`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who saved it.
    pub author: String,
    /// Whether the person who looks saved it.
    pub mine: bool,
    /// Whether everybody of the tenant sees it.
    pub shared: bool,
}

/// A view that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingView {
    /// Its id.
    pub id: String,
    /// Its name, when the person who looks has just removed it and can bring it back.
    pub removed: Option<String>,
}

/// What came of a change of views.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewChanged {
    /// The view.
    pub id: String,
    /// What was done, in a sentence.
    pub done: String,
    /// Whether the view is gone and can be brought back.
    pub removed: bool,
    /// Whether the view is what to look at next.
    pub open: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_the_order_of_the_address_with_the_name_first() {
        let keys = |columns: &str| {
            ListColumn::shown(columns).iter().map(|column| column.key()).collect::<Vec<_>>()
        };
        assert_eq!(keys("owner,kind,owner,nonsense"), ["name", "owner", "kind"]);
        assert_eq!(keys("kind,name"), ["name", "kind"]);
        assert_eq!(keys(""), ["name", "type", "owner", "lifecycle", "tags"]);
        assert_eq!(keys("name"), ["name"]);
        assert_eq!(ListColumn::address(&ListColumn::shown("")), "");
        assert_eq!(ListColumn::address(&ListColumn::shown("kind")), "name,kind");
    }

    #[test]
    fn an_address_says_what_is_set_and_is_read_back() {
        let query = EntityQuery {
            kind: "api".into(),
            owned: "me".into(),
            sort: "-updated".into(),
            page: 3,
            ..EntityQuery::default()
        };
        let pairs = query.pairs();
        let found = EntityQuery::from_address(|key| {
            pairs.iter().find(|(name, _)| *name == key).map(|(_, v)| v.clone()).unwrap_or_default()
        });
        assert_eq!(found, query);
        assert_eq!(query.filters(), 2);
        assert_eq!(query.unfiltered().pairs(), [("sort", "-updated".to_owned())]);
        let viewed = EntityQuery { view: "x".into(), ..query };
        let next = viewed.changed(|next| next.kind.clear());
        assert_eq!((next.view.as_str(), next.base.as_str(), next.page), ("", "x", 1));
    }

    #[test]
    fn what_shows_the_same_is_equal() {
        let plain = EntityQuery::default();
        let same = EntityQuery {
            sort: "name".into(),
            columns: "name,type,owner,lifecycle,tags".into(),
            base: "x".into(),
            page: 7,
            ..EntityQuery::default()
        };
        assert_eq!(same.shown(), plain.shown());
        assert!(plain.is_open() && !same.is_open());
        assert!(EntityQuery { page: 2, ..plain }.is_open());
    }
}
