//! Dataset: data that others build on, with where it comes from and where it goes.

use super::parts::{
    Kind, OWN, TEXT, TEXTS, consumes_datasets, dependency_of, depends_on, owner, part_of,
};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Dataset",
    api_versions: OWN,
    spec: Shape {
        required: &["type", "owner"],
        properties: &[
            ("type", TEXT),
            ("lifecycle", TEXT),
            ("owner", TEXT),
            ("system", TEXT),
            ("classification", TEXT),
            ("consumesDatasets", TEXTS),
            ("dependsOn", TEXTS),
            ("dependencyOf", TEXTS),
        ],
        ..Shape::OPEN
    },
    references: &[
        owner(),
        part_of("system", "System"),
        consumes_datasets(),
        depends_on(),
        dependency_of(),
    ],
};
