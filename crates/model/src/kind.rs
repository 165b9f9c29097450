//! The kinds of entities: what each must say in its `spec`, and which relations follow from it.
//!
//! Each kind is data: the shape of its spec and the fields that refer to other entities. A new
//! field is a line there; the reading of it stands in [`crate::validation`] and
//! [`crate::relation`]. A tenant has [`Kinds`]: these and those its administrator has added.

pub mod definition;
pub mod shape;
pub mod view;

mod api;
mod component;
mod dataset;
mod domain;
mod group;
mod library;
mod location;
mod parts;
mod resource;
mod system;
mod template;
mod user;

pub use parts::{Kind, Reference};

use definition::CustomKind;

/// Every kind, in the order people know them.
pub const KINDS: [&Kind; 11] = [
    &component::KIND,
    &api::KIND,
    &resource::KIND,
    &system::KIND,
    &domain::KIND,
    &group::KIND,
    &user::KIND,
    &location::KIND,
    &template::KIND,
    &dataset::KIND,
    &library::KIND,
];

/// The kinds of a tenant: the built-in ones, and these of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kinds<'a>(pub &'a [Box<dyn CustomKind>]);

/// A kind of a tenant.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// Every tenant has it.
    BuiltIn(&'static Kind),
    /// Its administrator has added it.
    Custom(&'a dyn CustomKind),
}

impl<'a> Kinds<'a> {
    /// The kind of this exact spelling and version.
    pub fn find(self, kind: &str, api_version: &str) -> Option<Found<'a>> {
        if let Some(found) = find(kind, api_version) {
            return Some(Found::BuiltIn(found));
        }
        let is_known = |versions: &[String]| versions.iter().any(|known| known == api_version);
        let custom = self.custom(kind).filter(|custom| {
            let definition = custom.definition();
            definition.name == kind && is_known(&definition.api_versions)
        });
        custom.map(Found::Custom)
    }

    /// The tenant's own kind of this name in any letter case.
    pub fn custom(self, kind: &str) -> Option<&'a dyn CustomKind> {
        let mut all = self.0.iter().map(|custom| &**custom);
        all.find(|custom| custom.definition().name.eq_ignore_ascii_case(kind))
    }

    /// Whether there is a kind of this exact spelling in some version.
    pub fn is_spelled(self, kind: &str) -> bool {
        KINDS.iter().any(|known| known.name == kind)
            || self.custom(kind).is_some_and(|custom| custom.definition().name == kind)
    }
}

/// The kind of this exact spelling and version.
pub fn find(kind: &str, api_version: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|found| found.name == kind && found.api_versions.contains(&api_version))
}

/// The kind of this name in any letter case and version, for forms and filters.
pub fn named(kind: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|found| found.name.eq_ignore_ascii_case(kind))
}
