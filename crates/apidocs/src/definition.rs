//! What every language's module makes of a text: a definition that lists its items and tells the
//! details of one.

use model::api_definition::{ApiDetail, ApiItem};

/// A definition that could be read. Descriptions are Markdown here.
pub(crate) trait Definition {
    /// Its language, title, version, description.
    fn head(&self) -> Head;
    /// Servers, contacts, ways to sign in.
    fn about(&self) -> Vec<ApiDetail>;
    /// Everything there is.
    fn groups(&self) -> Vec<Group>;
    /// What is known of the item with this number.
    fn details(&self, key: usize) -> Vec<ApiDetail>;
}

/// What a definition calls itself.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) version: String,
    /// Markdown.
    pub(crate) description: String,
}

/// Items that belong together.
#[derive(Clone, Default)]
pub(crate) struct Group {
    pub(crate) title: String,
    /// Markdown.
    pub(crate) description: String,
    /// Each with the number it is asked for by.
    pub(crate) items: Vec<(usize, ApiItem)>,
}
