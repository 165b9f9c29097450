//! What the catalog's pages and its widget show.

use crate::changes::CatalogChange;
use crate::freshness::Freshness;
use crate::organisation::OwnerView;
use crate::overlay::OverlayValue;
use crate::provenance::Provenance;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::entity_link::EntityLink;
pub use crate::facet::FacetValue;

/// What one asks of the list page; each field is one key of the page's address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EntityQuery {
    /// `component`, …; empty for every kind.
    pub kind: String,
    /// `spec.type`.
    pub r#type: String,
    /// An owner's ref, or `me` for what the person owns.
    pub owner: String,
    /// A system's ref.
    pub system: String,
    /// `spec.lifecycle`.
    pub lifecycle: String,
    /// Tags that must all be there, separated by commas.
    pub tag: String,
    /// Words in name, title, description or tags.
    pub q: String,
    /// `fresh`, `stale`, `broken`, `orphan` or empty.
    pub state: String,
    /// `me` for what the person owns.
    pub owned: String,
    /// `1` for what the person starred.
    pub starred: String,
    /// Columns in their order, separated by commas; empty for the usual ones.
    pub columns: String,
    /// `name`, `-name`, `owner`, `updated`, …; empty sorts by name.
    pub sort: String,
    /// A saved view to show, by its id, or `all`, `owned`, `starred`; nothing else counts then.
    pub view: String,
    /// The view that this was made from.
    pub base: String,
    /// Page, from 1.
    pub page: u32,
}

/// One page of the list, with what the filters offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityList {
    /// The rows of this page.
    pub rows: Vec<EntityRow>,
    /// How many there are on all pages.
    pub total: u32,
    /// How many the catalog holds altogether.
    pub total_in_catalog: u32,
    /// Descriptors that gave no entity, and places that cannot be read.
    pub problems: u32,
    /// This page, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// What each filter offers, counted with the other filters applied.
    pub facets: EntityFacets,
    /// Where the rows come from.
    pub provenance: Provenance,
}

/// What the list's filters offer, each the most used first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityFacets {
    /// Kinds.
    pub kinds: Vec<FacetValue>,
    /// Types.
    pub types: Vec<FacetValue>,
    /// Owners.
    pub owners: Vec<FacetValue>,
    /// Lifecycles.
    pub lifecycles: Vec<FacetValue>,
    /// Systems.
    pub systems: Vec<FacetValue>,
    /// Tags.
    pub tags: Vec<FacetValue>,
    /// How far they can be trusted.
    pub states: Vec<FacetValue>,
    /// How many the person owns.
    pub owned: u32,
    /// How many the person starred.
    pub starred: u32,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityRow {
    /// What it is.
    pub entity: EntityLink,
    /// `spec.type`.
    pub r#type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// Who owns it.
    pub owner: Option<EntityLink>,
    /// The system it belongs to.
    pub system: Option<EntityLink>,
    /// `metadata.description`.
    pub description: Option<String>,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// Whether its last reading failed.
    pub broken: bool,
    /// Whether nothing keeps it in the catalog any more.
    pub orphan: bool,
    /// How far it can be trusted.
    pub freshness: Freshness,
    /// Where its descriptor is, for people: a path or an address.
    pub source: String,
    /// When its content last changed.
    pub changed_at: Timestamp,
    /// Whether the person who looks starred it.
    pub starred: bool,
}

/// Everything the page of one entity shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityView {
    /// The row of the list.
    pub row: EntityRow,
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.links`.
    pub links: Vec<LinkView>,
    /// Relations by type, each sorted by target.
    pub relations: Vec<RelationView>,
    /// `metadata.annotations` in the descriptor's order.
    pub annotations: Vec<(String, String)>,
    /// `metadata.labels` in the descriptor's order.
    pub labels: Vec<(String, String)>,
    /// Of a group or a person: who belongs to it, and what it owns.
    pub organisation: Option<OwnerView>,
    /// The APIs it provides and consumes; of an API, what provides and consumes it.
    pub apis: Vec<ApiUses>,
    /// What its last reading complained about.
    pub problems: Vec<Problem>,
    /// Whether it has a documentation site.
    pub has_docs: bool,
    /// Where its descriptor is, for people: a path or an address.
    pub source: String,
    /// Address of the descriptor, when a browser can open it.
    pub view_url: Option<String>,
    /// Address where the descriptor can be changed.
    pub edit_url: Option<String>,
    /// When its descriptor was last read.
    pub provenance: Provenance,
    /// When its content last changed.
    pub changed_at: Timestamp,
    /// What of it was edited in the portal.
    pub edits: Vec<OverlayValue>,
    /// What it says in fields that only its kind has.
    pub spec: Vec<SpecField>,
    /// The repository its descriptor is in.
    #[serde(default)]
    pub repository: Option<RepositoryLink>,
    /// The template it was made from, when it says so.
    #[serde(default)]
    pub template: Option<EntityLink>,
    /// The run of a template that registered it.
    #[serde(default)]
    pub run: Option<String>,
}

/// A repository a browser can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryLink {
    /// Its address, `https://…`.
    pub url: String,
    /// `acme/shop`, or the folder in it: `acme/shop/services/cart`.
    pub label: String,
}

/// A field of a spec for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecField {
    /// What it is called.
    pub label: String,
    /// What it means.
    pub help: Option<String>,
    /// What it says.
    pub value: String,
}

/// The page of one entity, for the person who looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityPage {
    /// What everybody sees.
    pub view: EntityView,
    /// Whether somebody looks who can star.
    pub personal: bool,
    /// Changes when anything of `view` does.
    pub etag: String,
    /// The last changes of it, the newest first.
    #[serde(default)]
    pub recent: Vec<CatalogChange>,
}

/// What stands at the other end of one kind of relation with an API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiUses {
    /// The relation in words: `Provides API`.
    pub label: String,
    /// The first of them.
    pub rows: Vec<ApiUse>,
    /// How many there are besides.
    pub more: u32,
}

/// An entity at the other end of a relation with an API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiUse {
    /// What it is.
    pub entity: EntityLink,
    /// `spec.type`.
    pub r#type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// Who owns it.
    pub owner: Option<EntityLink>,
}

/// A link of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Where to; only `http`, `https` and `mailto` are made into links.
    pub url: String,
    /// What to call it.
    pub title: String,
    /// Whether a browser may follow it.
    pub safe: bool,
}

/// All relations of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelationView {
    /// `ownedBy`, `partOf`, ….
    pub r#type: String,
    /// The type in words: `Owned by`.
    pub label: String,
    /// Where they lead.
    pub targets: Vec<EntityLink>,
}

/// Something wrong with a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The entity, when the document tells which one it is.
    pub entity_ref: Option<String>,
    /// Which file or address.
    pub location: String,
    /// Line from 1, when known.
    pub line: Option<u32>,
    /// Column from 1, when known.
    pub column: Option<u32>,
    /// What was expected, what was found, what to do.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}

impl Problem {
    /// Where it is, as tools write it: `<location>:<line>:<column>`, as far as it is known.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", self.location),
            (Some(line), None) => format!("{}:{line}", self.location),
            _ => self.location.clone(),
        }
    }
}

/// The catalog's widget: what is there, and what needs care.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogSummary {
    /// How many entities there are.
    pub total: u32,
    /// By kind.
    pub kinds: Vec<FacetValue>,
    /// By lifecycle, of what has one.
    pub lifecycles: Vec<FacetValue>,
    /// By owner, the largest first.
    pub owners: Vec<FacetValue>,
    /// Entities nothing keeps any more.
    pub orphans: u32,
    /// Entities whose last reading failed.
    pub broken: u32,
    /// Descriptors that never gave an entity, or whose source cannot be read.
    pub problems: Vec<Problem>,
    /// How many owners are named that the catalog does not hold.
    pub dangling_owners: u32,
    /// What the person who looks starred, the latest first.
    pub starred: Vec<EntityLink>,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// A place that was registered at run time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationView {
    /// Its id.
    pub id: String,
    /// `url` or `git`.
    pub r#type: String,
    /// An address, or a repository with `//<path>?ref=<branch>`.
    pub target: String,
    /// The Location entity that stands for it.
    pub entity_ref: String,
}
