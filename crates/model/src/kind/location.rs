//! Location: where more descriptors are to be read.

use super::parts::{CORE, Kind, TEXT, TEXTS};
use crate::kind::shape::{Rule, Shape};

pub(super) const KIND: Kind = Kind {
    name: "Location",
    api_versions: CORE,
    spec: Shape {
        properties: &[
            ("type", TEXT),
            ("target", TEXT),
            ("targets", TEXTS),
            ("presence", Rule::OneOf(&["required", "optional"])),
        ],
        ..Shape::OPEN
    },
    references: &[],
};
