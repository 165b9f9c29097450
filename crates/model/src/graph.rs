//! The graph around an entity, what would break without it, and how a diagram is laid out.

use crate::entity_link::EntityLink;
use crate::freshness::FreshnessState;
use serde::{Deserialize, Serialize};

/// How many nodes a graph has at most.
pub const MAX_NODES: usize = 1_000;

/// How many steps from the entity can be asked for.
pub const MAX_DEPTH: u32 = 4;

/// Width of a node in a diagram, in pixels.
pub const NODE_WIDTH: u32 = 200;

/// Height of a node in a diagram, in pixels: what a finger can hit.
pub const NODE_HEIGHT: u32 = 44;

/// Relations as they are drawn, each with its opposite: the first leads from what needs, or belongs
/// to, something to that something.
const PAIRS: [(&str, &str, RelationGroup); 9] = [
    ("ownedBy", "ownerOf", RelationGroup::Ownership),
    ("partOf", "hasPart", RelationGroup::Parts),
    ("dependsOn", "dependencyOf", RelationGroup::Dependencies),
    ("providesApi", "apiProvidedBy", RelationGroup::Apis),
    ("consumesApi", "apiConsumedBy", RelationGroup::Apis),
    ("producesDataset", "datasetProducedBy", RelationGroup::Data),
    ("consumesDataset", "datasetConsumedBy", RelationGroup::Data),
    ("memberOf", "hasMember", RelationGroup::People),
    ("childOf", "parentOf", RelationGroup::People),
];

/// Relations that belong together in a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelationGroup {
    /// Who owns what.
    Ownership,
    /// Domains, systems and their parts.
    Parts,
    /// What depends on what.
    Dependencies,
    /// Who provides and consumes APIs.
    Apis,
    /// Who produces and consumes datasets.
    Data,
    /// Groups and their members.
    People,
    /// Relations of other kinds.
    Other,
}

impl RelationGroup {
    /// All of them, in the order people are shown them.
    pub const ALL: [RelationGroup; 7] = [
        RelationGroup::Dependencies,
        RelationGroup::Apis,
        RelationGroup::Data,
        RelationGroup::Parts,
        RelationGroup::Ownership,
        RelationGroup::People,
        RelationGroup::Other,
    ];

    /// The groups that are shown around an entity of a kind when nobody chooses: who owns it and who
    /// belongs together are left out, unless it is a group or a person, which has nothing else.
    pub fn usual(kind: &str) -> Vec<RelationGroup> {
        let is_owner = kind.eq_ignore_ascii_case("group") || kind.eq_ignore_ascii_case("user");
        let is_usual = |group: &RelationGroup| {
            is_owner || !matches!(group, RelationGroup::Ownership | RelationGroup::People)
        };
        RelationGroup::ALL.into_iter().filter(is_usual).collect()
    }

    /// The group of a relation's type.
    pub fn of(relation_type: &str) -> RelationGroup {
        pair(relation_type).map_or(RelationGroup::Other, |(_, _, group)| group)
    }

    /// What an address calls it.
    pub fn key(self) -> &'static str {
        match self {
            RelationGroup::Ownership => "ownership",
            RelationGroup::Parts => "parts",
            RelationGroup::Dependencies => "dependencies",
            RelationGroup::Apis => "apis",
            RelationGroup::Data => "data",
            RelationGroup::People => "people",
            RelationGroup::Other => "other",
        }
    }

    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            RelationGroup::Ownership => "Ownership",
            RelationGroup::Parts => "Parts",
            RelationGroup::Dependencies => "Dependencies",
            RelationGroup::Apis => "APIs",
            RelationGroup::Data => "Data",
            RelationGroup::People => "People",
            RelationGroup::Other => "Other",
        }
    }
}

fn pair(relation_type: &str) -> Option<(&'static str, &'static str, RelationGroup)> {
    PAIRS.into_iter().find(|(to, back, _)| *to == relation_type || *back == relation_type)
}

/// The relation that says the same from the other end, for the types that have one.
pub fn opposite(relation_type: &str) -> Option<&'static str> {
    pair(relation_type).map(|(to, back, _)| if to == relation_type { back } else { to })
}

/// Whether a relation is drawn from its target to its source, as its opposite.
pub fn is_backward(relation_type: &str) -> bool {
    pair(relation_type).is_some_and(|(_, back, _)| back == relation_type)
}

/// Which way relations are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// To what it needs or belongs to.
    Out,
    /// To what needs it or belongs to it.
    In,
}

impl Direction {
    /// What an address calls it.
    pub fn key(self) -> &'static str {
        match self {
            Direction::Both => "both",
            Direction::Out => "out",
            Direction::In => "in",
        }
    }

    /// Whether a relation is followed that leads back, or one that does not.
    pub fn follows(self, is_backward: bool) -> bool {
        match self {
            Direction::Both => true,
            Direction::Out => !is_backward,
            Direction::In => is_backward,
        }
    }
}

/// What an address calls all relations.
const ALL_GROUPS: &str = "all";

/// What is asked about the surroundings of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphQuery {
    /// How many steps away, from 1 to [`MAX_DEPTH`].
    pub depth: u32,
    /// Which relations; none means the usual ones, see [`RelationGroup::usual`].
    pub groups: Vec<RelationGroup>,
    /// Which way.
    pub direction: Direction,
}

impl Default for GraphQuery {
    fn default() -> Self {
        GraphQuery { depth: 1, groups: Vec::new(), direction: Direction::Both }
    }
}

impl GraphQuery {
    /// From the keys of an address; each `types` holds one group, several with commas between, or
    /// `all`.
    /// What cannot be understood counts as not said.
    pub fn from_address(depth: Option<&str>, types: &[String], direction: Option<&str>) -> Self {
        let named: Vec<&str> = types.iter().flat_map(|text| text.split(',')).collect();
        let mut groups = RelationGroup::ALL.to_vec();
        if !named.contains(&ALL_GROUPS) {
            groups.retain(|group| named.contains(&group.key()));
        }
        let depth = depth.and_then(|text| text.parse().ok()).unwrap_or(1u32);
        let direction = match direction {
            Some("out") => Direction::Out,
            Some("in") => Direction::In,
            _ => Direction::Both,
        };
        GraphQuery { depth: depth.clamp(1, MAX_DEPTH), groups, direction }
    }

    /// `depth=2&direction=in&types=apis,parts`; what was not said is left out.
    pub fn address(&self) -> String {
        let mut keys = Vec::new();
        if self.depth != 1 {
            keys.push(format!("depth={}", self.depth));
        }
        if self.direction != Direction::Both {
            keys.push(format!("direction={}", self.direction.key()));
        }
        if !self.groups.is_empty() {
            let groups: Vec<&str> = match self.groups == RelationGroup::ALL {
                true => vec![ALL_GROUPS],
                false => self.groups.iter().map(|group| group.key()).collect(),
            };
            keys.push(format!("types={}", groups.join(",")));
        }
        keys.join("&")
    }

    /// Whether relations of this group are asked for around an entity of a kind.
    pub fn shows_around(&self, kind: &str, group: RelationGroup) -> bool {
        match self.groups.is_empty() {
            true => RelationGroup::usual(kind).contains(&group),
            false => self.groups.contains(&group),
        }
    }
}

/// Entities and their relations, laid out to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityGraph {
    /// In reading order: column by column, each from top to bottom.
    pub nodes: Vec<GraphNode>,
    /// Between the nodes.
    pub edges: Vec<GraphEdge>,
    /// How many entities there are next to those shown that did not fit in. What lies behind them
    /// is not counted.
    pub more_nodes: u32,
    /// How many relations between the nodes are not shown.
    pub more_edges: u32,
    /// Width of the drawing, in pixels.
    pub width: u32,
    /// Height of the drawing, in pixels.
    pub height: u32,
}

/// An entity in a diagram.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// What it is; a dangling one does not exist.
    pub entity: EntityLink,
    /// What to call its owner.
    pub owner: Option<String>,
    /// How far it can be trusted; nothing for a dangling one.
    pub freshness: Option<FreshnessState>,
    /// Steps from the entity that was asked about, which itself has 0.
    pub distance: u32,
    /// Left edge, in pixels.
    pub x: u32,
    /// Upper edge, in pixels.
    pub y: u32,
}

/// A relation in a diagram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphEdge {
    /// Number of the node where it starts.
    pub from: u32,
    /// Number of the node where it leads.
    pub to: u32,
    /// `dependsOn`, …: never the opposite of one of these.
    pub r#type: String,
}

/// What would break without an entity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// What depends on it, the nearest first, then by title.
    pub rows: Vec<ImpactRow>,
    /// How many entities directly behind those listed did not fit in.
    pub more: u32,
    /// Whom to ask, with how many of the rows are theirs, the most first.
    pub owners: Vec<(EntityLink, u32)>,
    /// How many rows name no owner.
    pub unowned: u32,
}

/// Something that depends on an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImpactRow {
    /// What it is.
    pub entity: EntityLink,
    /// Who owns it.
    pub owner: Option<EntityLink>,
    /// How many steps away, from 1.
    pub distance: u32,
    /// Number of the row through which it depends on the entity; nothing for what does so directly.
    pub via: Option<u32>,
    /// How it depends on that row, or on the entity: `dependsOn`, `consumesApi`, ….
    pub r#type: String,
    /// The part of the entity that it depends on, when it does not depend on the entity itself.
    #[serde(default)]
    pub part: Option<EntityLink>,
}

impl Impact {
    /// The numbers of the rows from one to the entity, the row itself first.
    pub fn path(&self, row: u32) -> Vec<u32> {
        let mut path = vec![row];
        let mut at = row;
        // Each row is reached through one that is nearer, so this ends.
        while let Some(next) = self.rows.get(at as usize).and_then(|row| row.via) {
            path.push(next);
            at = next;
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KINDS;

    #[test]
    fn every_relation_of_a_known_kind_has_a_group_and_an_opposite() {
        for reference in KINDS.iter().flat_map(|kind| kind.references) {
            let (outgoing, incoming) = (reference.outgoing, reference.incoming);
            assert_eq!(opposite(outgoing), Some(incoming), "{outgoing}");
            assert_eq!(opposite(incoming), Some(outgoing), "{incoming}");
            assert_ne!(is_backward(outgoing), is_backward(incoming), "{outgoing}");
            assert_ne!(RelationGroup::of(outgoing), RelationGroup::Other, "{outgoing}");
        }
        assert_eq!(RelationGroup::of("likes"), RelationGroup::Other);
        assert_eq!((opposite("likes"), is_backward("likes")), (None, false));
    }

    #[test]
    fn a_question_is_read_from_an_address_and_written_into_one() {
        let read = |depth, types: &[&str], direction| {
            let types: Vec<String> = types.iter().map(|text| (*text).to_owned()).collect();
            GraphQuery::from_address(depth, &types, direction)
        };
        let asked = read(Some("2"), &["parts,apis", "nonsense"], Some("in"));
        assert_eq!(asked.groups, [RelationGroup::Apis, RelationGroup::Parts]);
        assert_eq!(asked.address(), "depth=2&direction=in&types=apis,parts");
        assert!(asked.shows_around("", RelationGroup::Apis));
        assert!(!asked.shows_around("", RelationGroup::People));
        assert_eq!(read(Some("2"), &["apis", "parts"], Some("in")), asked);
        assert_eq!(read(None, &[], None), GraphQuery::default());
        assert_eq!(GraphQuery::default().address(), "");
        let all = RelationGroup::ALL.map(RelationGroup::key);
        assert_eq!(read(None, &all, None).groups, RelationGroup::ALL);
        assert_eq!(read(None, &["all"], None).groups, RelationGroup::ALL);
        assert_eq!(read(None, &["all"], None).address(), "types=all");
        assert!(GraphQuery::default().shows_around("", RelationGroup::Other));
        assert!(!GraphQuery::default().shows_around("", RelationGroup::Ownership));
        assert!(GraphQuery::default().shows_around("Group", RelationGroup::People));
        let depth = |text| read(Some(text), &[], Some("sideways")).depth;
        assert_eq!((depth("0"), depth("99"), depth("-1"), depth("two")), (1, MAX_DEPTH, 1, 1));
    }

    #[test]
    fn directions_follow_relations_one_way() {
        assert!(Direction::Out.follows(false) && !Direction::Out.follows(true));
        assert!(Direction::In.follows(true) && !Direction::In.follows(false));
        assert!(Direction::Both.follows(false) && Direction::Both.follows(true));
    }

    #[test]
    fn a_path_leads_from_a_row_to_the_entity() {
        let row = |via| ImpactRow {
            entity: EntityLink {
                entity_ref: String::new(),
                kind: String::new(),
                title: String::new(),
                exists: true,
            },
            owner: None,
            distance: 1,
            via,
            r#type: String::new(),
            part: None,
        };
        let impact =
            Impact { rows: vec![row(None), row(Some(0)), row(Some(1))], ..Impact::default() };
        assert_eq!(impact.path(2), [2, 1, 0]);
        assert_eq!(impact.path(0), [0]);
    }
}
