//! What is the own of somebody who looks at the list.

use std::collections::HashSet;

/// The references somebody starred.
pub type Stars = HashSet<String>;

/// What somebody who looks at the list keeps or owns.
pub struct Personal<'a> {
    /// Who the person counts as.
    pub owners: Vec<String>,
    /// What the person starred.
    pub stars: &'a Stars,
}
