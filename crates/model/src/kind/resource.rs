//! Resource: what components need to run, such as databases and buckets.

use super::parts::{
    CORE, Kind, TEXT, TEXTS, consumes_datasets, dependency_of, depends_on, owner, part_of,
    produces_datasets,
};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Resource",
    api_versions: CORE,
    spec: Shape {
        required: &["type", "owner"],
        properties: &[("type", TEXT), ("owner", TEXT), ("dependsOn", TEXTS), ("system", TEXT)],
        ..Shape::OPEN
    },
    references: &[
        owner(),
        depends_on(),
        dependency_of(),
        produces_datasets(),
        consumes_datasets(),
        part_of("system", "System"),
    ],
};
