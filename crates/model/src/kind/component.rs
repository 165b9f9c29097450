//! Component: a piece of software.

use super::parts::{
    CORE, Kind, Reference, TEXT, TEXTS, consumes_datasets, dependency_of, depends_on, owner,
    part_of, produces_datasets,
};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Component",
    api_versions: CORE,
    spec: Shape {
        required: &["type", "lifecycle", "owner"],
        properties: &[
            ("type", TEXT),
            ("lifecycle", TEXT),
            ("owner", TEXT),
            ("system", TEXT),
            ("subcomponentOf", TEXT),
            ("providesApis", TEXTS),
            ("consumesApis", TEXTS),
            ("dependsOn", TEXTS),
        ],
        ..Shape::OPEN
    },
    references: &[
        owner(),
        part_of("subcomponentOf", "Component"),
        Reference {
            field: "providesApis",
            default_kind: Some("API"),
            outgoing: "providesApi",
            incoming: "apiProvidedBy",
        },
        Reference {
            field: "consumesApis",
            default_kind: Some("API"),
            outgoing: "consumesApi",
            incoming: "apiConsumedBy",
        },
        depends_on(),
        dependency_of(),
        produces_datasets(),
        consumes_datasets(),
        part_of("system", "System"),
    ],
};
