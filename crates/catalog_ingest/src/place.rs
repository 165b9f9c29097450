//! Where a descriptor stands.

use crate::source::web;

/// Where a descriptor stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// `<type>:<target>`.
    pub location: String,
    /// Where a browser sees it.
    pub view_url: Option<String>,
    /// Where a browser changes it.
    pub edit_url: Option<String>,
    /// The folder around it, as a location.
    pub source_location: Option<String>,
}

/// A place at an address.
pub fn seen_at(url: &str) -> Place {
    Place {
        location: String::new(),
        view_url: Some(url.to_owned()),
        edit_url: web::edit_url(url),
        source_location: web::source_of(url),
    }
}
