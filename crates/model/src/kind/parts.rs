//! What a built-in kind is made of, and the parts that several kinds share.

use crate::kind::shape::{Rule, Shape};

/// API versions of the core kinds.
pub(super) const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

/// The API version of our own kinds.
pub(super) const OWN: &[&str] = &["callboard.dev/v1alpha1"];

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

pub(super) const fn owner() -> Reference {
    Reference {
        field: "owner",
        default_kind: Some("Group"),
        outgoing: "ownedBy",
        incoming: "ownerOf",
    }
}

pub(super) const fn part_of(field: &'static str, kind: &'static str) -> Reference {
    Reference { field, default_kind: Some(kind), outgoing: "partOf", incoming: "hasPart" }
}

pub(super) const fn depends_on() -> Reference {
    Reference {
        field: "dependsOn",
        default_kind: None,
        outgoing: "dependsOn",
        incoming: "dependencyOf",
    }
}

pub(super) const fn dependency_of() -> Reference {
    Reference {
        field: "dependencyOf",
        default_kind: None,
        outgoing: "dependencyOf",
        incoming: "dependsOn",
    }
}

pub(super) const fn produces_datasets() -> Reference {
    Reference {
        field: "producesDatasets",
        default_kind: Some("Dataset"),
        outgoing: "producesDataset",
        incoming: "datasetProducedBy",
    }
}

pub(super) const fn consumes_datasets() -> Reference {
    Reference {
        field: "consumesDatasets",
        default_kind: Some("Dataset"),
        outgoing: "consumesDataset",
        incoming: "datasetConsumedBy",
    }
}

/// A text that says something.
pub(super) const TEXT: Rule = Rule::Text { min: 1 };

/// A list of such texts.
pub(super) const TEXTS: Rule = Rule::List(&TEXT);

/// How people and groups present themselves.
pub(super) const PROFILE: Rule = Rule::Object(&Shape {
    properties: &[("displayName", TEXT), ("email", TEXT), ("picture", TEXT)],
    ..Shape::OPEN
});
