//! Who belongs together: groups, the people in them, and what they own.

use crate::entity_link::EntityLink;
use crate::facet::FacetValue;
use serde::{Deserialize, Serialize};

/// What the page of a group or a person shows beside what every entity has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerView {
    /// What to call it.
    pub display_name: String,
    /// Where to write to.
    pub email: Option<String>,
    /// The address of a picture that the policy for pages lets in.
    pub picture: Option<String>,
    /// What a group's members are, or what a person is a member of.
    pub people: Belonging,
    /// The group with those above and below it.
    pub tree: Option<OrgTree>,
    /// What it owns itself.
    pub owned: Vec<FacetValue>,
    /// What is owned through groups besides: a group's by those below it, a person's by their groups.
    pub owned_through: Vec<OwnedBy>,
}

/// Who belongs to a group, or what a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Belonging {
    /// The members of a group.
    Members {
        /// Those it names, or who name it.
        direct: Vec<EntityLink>,
        /// How many of them there are.
        direct_total: u32,
        /// Those of the groups below it, who are not direct members.
        through: Vec<EntityLink>,
        /// How many of them there are.
        through_total: u32,
    },
    /// The groups of a person.
    Groups {
        /// Those that were named.
        direct: Vec<EntityLink>,
        /// Those above them.
        through: Vec<EntityLink>,
    },
}

/// What another group owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnedBy {
    /// The group.
    pub owner: EntityLink,
    /// How many entities.
    pub count: u32,
}

/// Groups with those below them, as a list: each node is followed by those within it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgTree {
    /// The groups.
    pub nodes: Vec<OrgNode>,
    /// How many groups there are that are not listed.
    pub more: u32,
}

/// A group in a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgNode {
    /// How far below the top, from 0.
    pub depth: u16,
    /// The group.
    pub group: EntityLink,
    /// `spec.type`.
    pub r#type: Option<String>,
    /// How many direct members it has.
    pub members: u32,
    /// How many groups are directly below it.
    pub children: u32,
    /// Whether it is the one the page is about, or fits what was searched.
    pub is_marked: bool,
    /// Whether those below it are seen at first.
    pub is_open: bool,
    /// Whether it lies below itself: the circle is not followed.
    pub is_circle: bool,
    /// Whether those below it are not listed, for want of room.
    pub is_cut: bool,
}

/// The whole organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// The groups that fit, with those above them.
    pub tree: OrgTree,
    /// How many groups there are.
    pub groups: u32,
    /// How many people.
    pub people: u32,
    /// How many groups fit what was searched.
    pub found: u32,
}
