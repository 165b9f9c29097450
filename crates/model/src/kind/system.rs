//! System: components, APIs and resources that belong together.

use super::parts::{CORE, Kind, TEXT, owner, part_of};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "System",
    api_versions: CORE,
    spec: Shape {
        required: &["owner"],
        properties: &[("owner", TEXT), ("domain", TEXT), ("type", TEXT)],
        ..Shape::OPEN
    },
    references: &[owner(), part_of("domain", "Domain")],
};
