//! API: what components offer to one another.

use super::parts::{CORE, Kind, TEXT, owner, part_of};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "API",
    api_versions: CORE,
    spec: Shape {
        required: &["type", "lifecycle", "owner", "definition"],
        properties: &[
            ("type", TEXT),
            ("lifecycle", TEXT),
            ("owner", TEXT),
            ("system", TEXT),
            ("definition", TEXT),
        ],
        ..Shape::OPEN
    },
    references: &[owner(), part_of("system", "System")],
};
