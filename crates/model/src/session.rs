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
    /// How high the rows of tables are.
    #[serde(default)]
    pub density: Density,
    /// Whether the side bar shows its icons only.
    #[serde(default)]
    pub narrow_sidebar: bool,
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
    /// Hosts whose pictures the policy for pages lets in; `*.` before one stands for all below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_hosts: Vec<String>,
}

impl SessionInfo {
    /// Whether a browser may load this picture: one of this portal, one that stands in the address
    /// itself, or one of a host that is allowed.
    pub fn shows_picture(&self, address: &str) -> bool {
        let inside =
            address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
        if inside || address.starts_with("data:image/") {
            return true;
        }
        let Some(rest) = address.strip_prefix("https://") else { return false };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let host = rest[..end].to_ascii_lowercase();
        self.image_hosts.iter().any(|allowed| match allowed.strip_prefix("*.") {
            Some(domain) => host
                .strip_suffix(domain)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            None => *allowed == host,
        })
    }
}

impl Default for SessionInfo {
    fn default() -> Self {
        SessionInfo {
            base_path: String::new(),
            theme: Theme::System,
            density: Density::Compact,
            narrow_sidebar: false,
            development: false,
            tenant: TenantName::default_tenant(),
            branding: Branding::default(),
            person: None,
            sign_in: Vec::new(),
            kinds: Vec::new(),
            image_hosts: Vec::new(),
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

/// How high the rows of tables are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// One line of 32 pixels.
    #[default]
    Compact,
    /// 44 pixels.
    Comfortable,
}

impl Density {
    /// `compact` or `comfortable`.
    pub fn as_str(self) -> &'static str {
        match self {
            Density::Compact => "compact",
            Density::Comfortable => "comfortable",
        }
    }

    /// The density of this name; anything else is compact.
    pub fn parse(text: &str) -> Density {
        match text {
            "comfortable" => Density::Comfortable,
            _ => Density::Compact,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_of_allowed_hosts_are_shown() {
        let session = SessionInfo {
            image_hosts: vec!["pictures.example".to_owned(), "*.avatars.example".to_owned()],
            ..SessionInfo::default()
        };
        for shown in [
            "/catalog-files/a.png",
            "data:image/png;base64,AA==",
            "https://pictures.example/a.png",
            "https://Pictures.Example?size=2",
            "https://one.avatars.example/a.png",
        ] {
            assert!(session.shows_picture(shown), "{shown}");
        }
        for hidden in [
            "https://elsewhere.example/a.png",
            "http://pictures.example/a.png",
            "https://pictures.example.evil/a.png",
            "https://pictures.example@evil/a.png",
            "https://evil\\pictures.example/a.png",
            "https://avatars.example/a.png",
            "https://evilavatars.example/a.png",
            "//pictures.example/a.png",
            "/\\pictures.example/a.png",
            "javascript:alert(1)",
            "data:text/html,x",
            "",
        ] {
            assert!(!session.shows_picture(hidden), "{hidden}");
        }
    }
}
