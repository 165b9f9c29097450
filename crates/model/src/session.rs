//! Who is looking at the portal.

use crate::kind::view::KindLook;
use crate::tenant::{Branding, TenantName};
use serde::{Deserialize, Serialize};

/// What every page needs to know about the person and the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// What stands before every path of this tenant: empty, or `/t/<name>`.
    pub base_path: String,
    /// The colour scheme the person chose.
    pub theme: Theme,
    /// A development build: shows the gallery of components.
    pub development: bool,
    /// The tenant this page belongs to.
    pub tenant: TenantName,
    /// How the tenant's portal looks.
    pub branding: Branding,
    /// The person, or nobody.
    pub person: Option<Person>,
    /// Ways to sign in, in the order they are shown.
    pub sign_in: Vec<SignInOption>,
    /// The kinds that were added in this tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindLook>,
}

impl Default for SessionInfo {
    fn default() -> Self {
        SessionInfo {
            base_path: String::new(),
            theme: Theme::System,
            development: false,
            tenant: TenantName::default_tenant(),
            branding: Branding::default(),
            person: None,
            sign_in: Vec::new(),
            kinds: Vec::new(),
        }
    }
}

/// A colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// `light`, `dark` or `system`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The scheme of this name; anything else is the device's own.
    pub fn parse(text: &str) -> Theme {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// `user:default/jane`.
    pub user_ref: String,
    /// The name to show.
    pub display_name: String,
    /// Refs that count as this person when ownership is asked for.
    pub ownership_refs: Vec<String>,
}

/// One way to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInOption {
    /// The provider: `demo` or `guest`.
    pub provider: String,
    /// Who one becomes, when the provider offers several people.
    pub user_ref: String,
    /// The name on the button.
    pub label: String,
    /// A line of explanation under it.
    pub hint: String,
}
