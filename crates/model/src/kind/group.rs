//! Group: a team, a department, an organisation.

use super::parts::{CORE, Kind, PROFILE, Reference, TEXT, TEXTS};
use crate::kind::shape::Shape;

pub(super) const KIND: Kind = Kind {
    name: "Group",
    api_versions: CORE,
    spec: Shape {
        required: &["type", "children"],
        properties: &[
            ("type", TEXT),
            ("profile", PROFILE),
            ("parent", TEXT),
            ("children", TEXTS),
            ("members", TEXTS),
        ],
        ..Shape::OPEN
    },
    references: &[
        Reference {
            field: "parent",
            default_kind: Some("Group"),
            outgoing: "childOf",
            incoming: "parentOf",
        },
        Reference {
            field: "children",
            default_kind: Some("Group"),
            outgoing: "parentOf",
            incoming: "childOf",
        },
        Reference {
            field: "members",
            default_kind: Some("User"),
            outgoing: "hasMember",
            incoming: "memberOf",
        },
    ],
};
