//! Edits in the portal: fields that are laid over what a descriptor says.

use crate::author::Author;
use crate::entity_link::EntityLink;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A field that can be edited in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OverlayField {
    /// `metadata.description`
    Description,
    /// `metadata.tags`
    Tags,
    /// `metadata.links`
    Links,
    /// `spec.owner`
    Owner,
    /// `spec.lifecycle`
    Lifecycle,
}

impl OverlayField {
    /// All of them, in the order of the form.
    pub const ALL: [OverlayField; 5] = [
        OverlayField::Description,
        OverlayField::Owner,
        OverlayField::Lifecycle,
        OverlayField::Tags,
        OverlayField::Links,
    ];

    /// The key in the descriptor, and the name in rows and forms.
    pub fn name(self) -> &'static str {
        match self {
            OverlayField::Description => "description",
            OverlayField::Tags => "tags",
            OverlayField::Links => "links",
            OverlayField::Owner => "owner",
            OverlayField::Lifecycle => "lifecycle",
        }
    }

    /// The word for people.
    pub fn label(self) -> &'static str {
        match self {
            OverlayField::Description => "Description",
            OverlayField::Tags => "Tags",
            OverlayField::Links => "Links",
            OverlayField::Owner => "Owner",
            OverlayField::Lifecycle => "Lifecycle",
        }
    }

    /// The part of the descriptor it stands in.
    pub fn parent(self) -> &'static str {
        match self {
            OverlayField::Owner | OverlayField::Lifecycle => "spec",
            _ => "metadata",
        }
    }

    /// The field of this name.
    pub fn parse(name: &str) -> Option<OverlayField> {
        OverlayField::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// A field as it is edited. Tags are separated by commas; each link is a line of its address and
/// what to call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverlayValue {
    /// Which one.
    pub field: OverlayField,
    /// What is shown.
    pub text: String,
    /// What the descriptor says.
    pub descriptor: String,
    /// Who edited it, and when; none when the descriptor's value is shown.
    pub edited: Option<(Author, Timestamp)>,
}

/// What can be edited of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverlayForm {
    /// The entity.
    pub entity: EntityLink,
    /// The fields its kind has.
    pub fields: Vec<OverlayValue>,
}

/// The descriptor as it would be with what was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescriptorChange {
    /// The entity.
    pub entity: EntityLink,
    /// Where the descriptor is, for people.
    pub source: String,
    /// The name of its file.
    pub file: String,
    /// Its whole text with the edits.
    pub text: String,
    /// Whether comments and spacing could not be kept.
    pub reformatted: bool,
    /// Whether the file says already what was edited.
    pub same: bool,
    /// Where a browser can change it.
    pub edit_url: Option<String>,
}
