//! Settings that are kept as they stand, for a part of the program that comes later.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::Tree;
use std::fmt;

/// Settings nothing reads yet. They may hold secrets, so their content is not shown; variables in
/// them are not filled in, so a variable that is not set does not matter.
#[derive(Clone)]
pub struct Untyped(pub(in crate::config) Tree);

impl fmt::Debug for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untyped({})", self.0.place)
    }
}

impl Setting for Untyped {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        Shape::Any
    }

    fn read(tree: &Tree, _: &mut Reader<'_>) -> Option<Self> {
        Some(Untyped(tree.clone()))
    }
}
