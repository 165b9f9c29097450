//! Tenants: organisations that share one instance and see nothing of each other.

use serde::{Deserialize, Serialize};

/// The short name of a tenant: a DNS label, used in addresses, schemas and folders.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantName(String);

impl TenantName {
    /// The tenant of an instance that configures none.
    pub fn default_tenant() -> Self {
        TenantName("default".to_owned())
    }

    /// A DNS label of at most 40 characters (it becomes part of a schema's name).
    pub fn parse(text: &str) -> Result<Self, String> {
        let ok = !text.is_empty()
            && text.len() <= 40
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if ok {
            Ok(TenantName(text.to_owned()))
        } else {
            Err(format!(
                "\"{text}\" is not a tenant name: use 1-40 of a-z, 0-9 and -, not at the ends"
            ))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TenantName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TenantName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        TenantName::parse(&text)
    }
}

impl From<TenantName> for String {
    fn from(name: TenantName) -> String {
        name.0
    }
}

/// How a tenant's portal looks: it becomes CSS variables, components never name a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Branding {
    /// The product's name in the side bar and in page titles.
    pub product_name: String,
    /// Address of the logo, shown beside the name; none shows the built-in mark.
    pub logo_url: Option<String>,
    /// The accent colour as `#rrggbb`.
    pub accent: Option<String>,
    /// The accent colour in the dark scheme as `#rrggbb`.
    pub accent_dark: Option<String>,
}

impl Default for Branding {
    fn default() -> Self {
        Branding {
            product_name: "Callboard".to_owned(),
            logo_url: None,
            accent: None,
            accent_dark: None,
        }
    }
}
