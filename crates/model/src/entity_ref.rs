//! References to entities: `[<kind>:][<namespace>/]<name>`.
//!
//! The full form in lower case (`component:default/shop`) is the only stable identifier of an
//! entity. References compare without regard to letter case; the case they were written in is kept
//! for display.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The namespace of entities that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// A complete reference, in the letter case it was written in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntityRef {
    /// `Component`, `group`, …
    pub kind: String,
    /// `default` unless the entity says otherwise.
    pub namespace: String,
    /// The name, unique in its kind and namespace.
    pub name: String,
}

/// What fills the parts a reference leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Defaults<'a> {
    /// The kind; without one a reference has to name its own.
    pub kind: Option<&'a str>,
    /// The namespace; `default` when there is none.
    pub namespace: Option<&'a str>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// There is nothing at all.
    #[error("Entity reference must not be empty")]
    Empty,
    /// A part is empty.
    #[error("Entity reference \"{0}\" was not on the form [<kind>:][<namespace>/]<name>")]
    Form(String),
    /// No kind, and none to assume.
    #[error(
        "Entity reference {0} had missing or empty kind (e.g. did not start with \"component:\" or similar)"
    )]
    Kind(String),
    /// An object with an empty namespace.
    #[error("Entity reference {0} had missing or empty namespace")]
    Namespace(String),
    /// An object without a name.
    #[error("Entity reference {0} had missing or empty name")]
    Name(String),
}

impl EntityRef {
    /// A reference of three known parts.
    pub fn new(
        kind: impl Into<String>,
        namespace: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        EntityRef { kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    /// Reads a reference that names its kind.
    pub fn parse(text: &str) -> Result<Self, RefError> {
        EntityRef::parse_with(text, Defaults::default())
    }

    /// Reads a reference; the defaults stand for what it leaves out. The characters of the parts
    /// are not checked.
    pub fn parse_with(text: &str, defaults: Defaults<'_>) -> Result<Self, RefError> {
        if text.is_empty() {
            return Err(RefError::Empty);
        }
        let slash = text.find('/');
        // A colon after the first slash belongs to the name.
        let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let kind = colon.map(|colon| &text[..colon]);
        let rest = &text[colon.map_or(0, |colon| colon + 1)..];
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if kind == Some("") || namespace == Some("") || name.is_empty() {
            return Err(RefError::Form(text.to_owned()));
        }
        let kind = kind
            .or(defaults.kind)
            .filter(|kind| !kind.is_empty())
            .ok_or_else(|| RefError::Kind(Value::from(text).to_string()))?;
        Ok(EntityRef::new(kind, namespace.unwrap_or_else(|| defaults.namespace()), name))
    }

    /// Reads a reference from a descriptor: a text, or an object `{kind?, namespace?, name}`.
    pub fn from_json(value: &Value, defaults: Defaults<'_>) -> Result<Self, RefError> {
        match value {
            Value::String(text) => EntityRef::parse_with(text, defaults),
            Value::Null | Value::Bool(false) => Err(RefError::Empty),
            Value::Number(number) if number.as_f64() == Some(0.0) => Err(RefError::Empty),
            _ => {
                let part = |name: &str, default: Option<&str>| match value.get(name) {
                    None | Some(Value::Null) => default.map(str::to_owned),
                    Some(part) => part.as_str().map(str::to_owned),
                };
                let full = |part: Option<String>| part.filter(|part| !part.is_empty());
                let kind = full(part("kind", defaults.kind));
                let namespace = full(part("namespace", Some(defaults.namespace())));
                let name = full(part("name", None));
                match (kind, namespace, name) {
                    (Some(kind), Some(namespace), Some(name)) => {
                        Ok(EntityRef { kind, namespace, name })
                    }
                    (None, _, _) => Err(RefError::Kind(value.to_string())),
                    (_, None, _) => Err(RefError::Namespace(value.to_string())),
                    (_, _, None) => Err(RefError::Name(value.to_string())),
                }
            }
        }
    }

    /// The address of its page, `/catalog/default/component/shop`.
    pub fn path(&self) -> String {
        format!("/catalog/{}", self.segments())
    }

    /// The address of its documentation, `/docs/default/component/shop/`.
    pub fn docs_path(&self) -> String {
        format!("/docs/{}/", self.segments())
    }

    fn segments(&self) -> String {
        let EntityRef { kind, namespace, name } = self;
        format!("{namespace}/{kind}/{name}").to_lowercase()
    }

    /// Whether the kind is this one, in any letter case.
    pub fn is_kind(&self, kind: &str) -> bool {
        self.kind.to_lowercase() == kind.to_lowercase()
    }

    /// The shortest text that reads as this reference where the defaults hold, for display:
    /// `shop` rather than `component:default/shop`.
    pub fn humanize(&self, defaults: Defaults<'_>) -> String {
        let mut text = String::new();
        if !defaults.kind.is_some_and(|kind| self.is_kind(kind)) {
            text.push_str(&self.kind.to_lowercase());
            text.push(':');
        }
        if self.namespace.to_lowercase() != defaults.namespace().to_lowercase() {
            text.push_str(&self.namespace);
            text.push('/');
        }
        text.push_str(&self.name);
        text
    }
}

impl Defaults<'_> {
    fn namespace(&self) -> &str {
        self.namespace.filter(|namespace| !namespace.is_empty()).unwrap_or(DEFAULT_NAMESPACE)
    }
}

/// The stable identifier: the full form in lower case.
impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}/{}",
            self.kind.to_lowercase(),
            self.namespace.to_lowercase(),
            self.name.to_lowercase()
        )
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for EntityRef {}

impl Hash for EntityRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}

/// The order of the stable identifiers.
impl Ord for EntityRef {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_ascii() && other.is_ascii() {
            // Nearly always: no need to write the identifiers out.
            self.ascii_bytes().cmp(other.ascii_bytes())
        } else {
            self.to_string().cmp(&other.to_string())
        }
    }
}

impl EntityRef {
    fn is_ascii(&self) -> bool {
        self.kind.is_ascii() && self.namespace.is_ascii() && self.name.is_ascii()
    }

    /// The bytes of the stable identifier of a reference without other letters.
    fn ascii_bytes(&self) -> impl Iterator<Item = u8> {
        let (kind, namespace, name) =
            (self.kind.bytes(), self.namespace.bytes(), self.name.bytes());
        kind.chain([b':'])
            .chain(namespace)
            .chain([b'/'])
            .chain(name)
            .map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialOrd for EntityRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::str::FromStr for EntityRef {
    type Err = RefError;

    fn from_str(text: &str) -> Result<Self, RefError> {
        EntityRef::parse(text)
    }
}

impl TryFrom<String> for EntityRef {
    type Error = RefError;

    fn try_from(text: String) -> Result<Self, RefError> {
        EntityRef::parse(&text)
    }
}

impl From<EntityRef> for String {
    fn from(entity_ref: EntityRef) -> Self {
        entity_ref.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(text: &str) -> Result<String, String> {
        let defaults = Defaults { kind: Some("Group"), namespace: Some("Team") };
        EntityRef::parse_with(text, defaults)
            .map(|found| format!("{}:{}/{}", found.kind, found.namespace, found.name))
            .map_err(|error| error.to_string())
    }

    fn form(text: &str) -> Result<String, String> {
        Err(format!(
            "Entity reference \"{text}\" was not on the form [<kind>:][<namespace>/]<name>"
        ))
    }

    #[test]
    fn defaults_fill_what_is_left_out() {
        assert_eq!(parse("a"), Ok("Group:Team/a".into()));
        assert_eq!(parse("User:a"), Ok("User:Team/a".into()));
        assert_eq!(parse("x/a"), Ok("Group:x/a".into()));
        assert_eq!(parse("User:x/a"), Ok("User:x/a".into()));
        assert_eq!(parse("User:x/a/b:c"), Ok("User:x/a/b:c".into()));
        assert_eq!(parse("a:b:c"), Ok("a:Team/b:c".into()));
        assert_eq!(EntityRef::parse("User:a").map(|found| found.namespace), Ok("default".into()));
    }

    #[test]
    fn a_colon_after_the_first_slash_is_no_kind() {
        assert_eq!(parse("x/a:b"), Ok("Group:x/a:b".into()));
        assert_eq!(parse("x/:b"), Ok("Group:x/:b".into()));
    }

    #[test]
    fn empty_parts_are_refused() {
        for text in [":a", "/a", "a:", "a/", "User:/a", "User:x/", ":", "/", "/:"] {
            assert_eq!(parse(text), form(text), "{text}");
        }
        assert_eq!(parse(""), Err("Entity reference must not be empty".into()));
        assert_eq!(
            EntityRef::parse("a\"b").map_err(|error| error.to_string()),
            Err("Entity reference \"a\\\"b\" had missing or empty kind (e.g. did not start with \
                 \"component:\" or similar)"
                .into())
        );
    }

    #[test]
    fn a_reference_knows_the_addresses_of_its_pages() {
        let entity_ref = EntityRef::parse("Component:Shop").expect("a reference");
        assert_eq!(entity_ref.path(), "/catalog/default/component/shop");
        assert_eq!(entity_ref.docs_path(), "/docs/default/component/shop/");
    }

    #[test]
    fn objects_are_references_too() {
        let read = |value: Value| {
            EntityRef::from_json(&value, Defaults { kind: None, namespace: Some("x") })
                .map(|found| found.to_string())
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(json!({"kind": "API", "name": "A"})), Ok("api:x/a".into()));
        assert_eq!(read(json!("api:a")), Ok("api:x/a".into()));
        assert!(read(json!({"name": "a"})).is_err_and(|text| text.contains("kind")));
        assert!(read(json!({"kind": "a"})).is_err_and(|text| text.ends_with("empty name")));
        assert!(
            read(json!({"kind": "a", "namespace": "", "name": "b"}))
                .is_err_and(|text| text.ends_with("empty namespace"))
        );
        assert!(read(json!(null)).is_err_and(|text| text.ends_with("must not be empty")));
        assert!(read(json!(5)).is_err_and(|text| text.starts_with("Entity reference 5 had")));
    }

    #[test]
    fn letter_case_is_kept_for_display_and_ignored_in_comparison() {
        let entity_ref = EntityRef::new("Component", "Default", "ÄShop");
        assert_eq!(entity_ref.to_string(), "component:default/äshop");
        assert_eq!(entity_ref, EntityRef::new("component", "default", "äSHOP"));
        assert_eq!(entity_ref.humanize(Defaults::default()), "component:ÄShop");
        let mut sorted = ["b:x/y", "A:x/y", "a:x/Z", "a-b:x/y", "a:é/y", "a:X/y"]
            .map(|text| EntityRef::parse(text).expect("a reference"));
        sorted.sort();
        let sorted = sorted.map(|found| found.to_string());
        let mut texts = sorted.clone();
        texts.sort();
        assert_eq!(sorted, texts);
        let defaults = Defaults { kind: Some("component"), namespace: Some("x") };
        assert_eq!(entity_ref.humanize(defaults), "Default/ÄShop");
        let text = serde_json::to_string(&entity_ref).expect("a text");
        assert_eq!(text, "\"component:default/äshop\"");
        assert_eq!(serde_json::from_str::<EntityRef>(&text).expect("a reference"), entity_ref);
        assert!(serde_json::from_str::<EntityRef>("\"shop\"").is_err());
    }
}
