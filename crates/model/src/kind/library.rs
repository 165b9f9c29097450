//! Library: a package that others build with.

use super::parts::{Kind, OWN, TEXT, TEXTS, dependency_of, depends_on, owner, part_of};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Library",
    api_versions: OWN,
    spec: Shape {
        required: &["type", "lifecycle", "owner"],
        properties: &[
            ("type", TEXT),
            ("lifecycle", TEXT),
            ("owner", TEXT),
            ("system", TEXT),
            ("language", TEXT),
            ("license", TEXT),
            ("dependsOn", TEXTS),
            ("dependencyOf", TEXTS),
        ],
        ..Shape::OPEN
    },
    references: &[owner(), part_of("system", "System"), depends_on(), dependency_of()],
};
