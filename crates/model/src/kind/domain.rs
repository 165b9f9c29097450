//! Domain: systems of one field of business.

use super::parts::{CORE, Kind, TEXT, owner, part_of};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Domain",
    api_versions: CORE,
    spec: Shape {
        required: &["owner"],
        properties: &[("owner", TEXT), ("subdomainOf", TEXT), ("type", TEXT)],
        ..Shape::OPEN
    },
    references: &[owner(), part_of("subdomainOf", "Domain")],
};
