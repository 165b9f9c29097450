//! The kinds of entities: what each must say in its `spec`, and which relations follow from it.
//!
//! Each kind is data: the shape of its spec and the fields that refer to other entities. A new
//! field is a line there; the reading of it stands in [`crate::validation`] and
//! [`crate::relation`].

pub mod shape;

mod api;
mod component;
mod dataset;
mod domain;
mod group;
mod library;
mod location;
mod resource;
mod system;
mod template;
mod user;

use shape::{Rule, Shape};

/// API versions of the core kinds.
const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

/// The API version of our own kinds.
const OWN: &[&str] = &["callboard.dev/v1alpha1"];

/// A kind of entity.
#[derive(Debug)]
pub struct Kind {
    /// Its name, in the one spelling that counts.
    pub name: &'static str,
    /// The `apiVersion`s it is known in.
    pub api_versions: &'static [&'static str],
    /// What its `spec` looks like.
    pub spec: Shape,
    /// Fields of the `spec` that refer to other entities.
    pub references: &'static [Reference],
}

/// A field that refers to other entities, and the relations it makes.
#[derive(Debug)]
pub struct Reference {
    /// The field of the `spec`: one reference or a list of them.
    pub field: &'static str,
    /// The kind of a reference that names none; without one it has to.
    pub default_kind: Option<&'static str>,
    /// The relation from the entity to the one it names.
    pub outgoing: &'static str,
    /// The relation back.
    pub incoming: &'static str,
}

/// Every kind, in the order people know them.
pub const KINDS: [&Kind; 11] = [
    &component::KIND,
    &api::KIND,
    &resource::KIND,
    &system::KIND,
    &domain::KIND,
    &group::KIND,
    &user::KIND,
    &location::KIND,
    &template::KIND,
    &dataset::KIND,
    &library::KIND,
];

/// The kind of this exact spelling and version.
pub fn find(kind: &str, api_version: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|found| found.name == kind && found.api_versions.contains(&api_version))
}

/// The kind of this name in any letter case and version, for forms and filters.
pub fn named(kind: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|found| found.name.eq_ignore_ascii_case(kind))
}

const fn owner() -> Reference {
    Reference {
        field: "owner",
        default_kind: Some("Group"),
        outgoing: "ownedBy",
        incoming: "ownerOf",
    }
}

const fn part_of(field: &'static str, kind: &'static str) -> Reference {
    Reference { field, default_kind: Some(kind), outgoing: "partOf", incoming: "hasPart" }
}

const fn depends_on() -> Reference {
    Reference {
        field: "dependsOn",
        default_kind: None,
        outgoing: "dependsOn",
        incoming: "dependencyOf",
    }
}

const fn dependency_of() -> Reference {
    Reference {
        field: "dependencyOf",
        default_kind: None,
        outgoing: "dependencyOf",
        incoming: "dependsOn",
    }
}

const fn produces_datasets() -> Reference {
    Reference {
        field: "producesDatasets",
        default_kind: Some("Dataset"),
        outgoing: "producesDataset",
        incoming: "datasetProducedBy",
    }
}

const fn consumes_datasets() -> Reference {
    Reference {
        field: "consumesDatasets",
        default_kind: Some("Dataset"),
        outgoing: "consumesDataset",
        incoming: "datasetConsumedBy",
    }
}

/// A text that says something.
const TEXT: Rule = Rule::Text { min: 1 };

/// A list of such texts.
const TEXTS: Rule = Rule::List(&TEXT);

/// How people and groups present themselves.
const PROFILE: Rule = Rule::Object(&Shape {
    properties: &[("displayName", TEXT), ("email", TEXT), ("picture", TEXT)],
    ..Shape::OPEN
});
