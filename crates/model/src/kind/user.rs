//! User: a person.

use super::parts::{CORE, Kind, PROFILE, Reference, TEXTS};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "User",
    api_versions: CORE,
    spec: Shape {
        required: &["memberOf"],
        properties: &[("profile", PROFILE), ("memberOf", TEXTS)],
        ..Shape::OPEN
    },
    references: &[Reference {
        field: "memberOf",
        default_kind: Some("Group"),
        outgoing: "memberOf",
        incoming: "hasMember",
    }],
};
