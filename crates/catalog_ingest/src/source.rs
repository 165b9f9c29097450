//! Places with descriptors, configured or registered, and how each kind is read.

pub mod file;
pub mod git;
pub mod read;
pub mod scan;
pub mod web;

use crate::provider::ProviderSetting;
use crate::rules::{LocationType, RuleSetting};
use catalog_index::item::hex;
use sha1::{Digest, Sha1};
use std::borrow::Cow;
use std::sync::Arc;

/// A place with descriptors.
#[derive(Debug, Clone)]
pub struct Source {
    /// `<type>:<target>` without secrets, which is also the origin of what comes from here.
    pub key: String,
    /// How it is reached.
    pub r#type: LocationType,
    /// A path, a pattern, a clone URL or an address.
    pub target: String,
    /// What may come from here beside what the general rules allow.
    pub rules: Vec<RuleSetting>,
    /// It is configured, not registered.
    pub configured: bool,
    /// Where a configured one stands.
    pub configured_at: String,
    /// It is an organisation whose repositories are looked through.
    pub provider: Option<Arc<ProviderSetting>>,
}

impl Source {
    /// A place without rules of its own.
    pub fn new(r#type: LocationType, target: &str) -> Source {
        Source {
            key: format!("{}:{}", r#type.name(), clients::redact::redact(target)),
            r#type,
            target: target.to_owned(),
            rules: Vec::new(),
            configured: false,
            configured_at: String::new(),
            provider: None,
        }
    }

    /// An organisation.
    pub fn of_provider(setting: &Arc<ProviderSetting>) -> Source {
        Source {
            key: setting.key(),
            configured: true,
            configured_at: setting.configured_at.clone(),
            provider: Some(setting.clone()),
            ..Source::new(LocationType::Url, &setting.target())
        }
    }

    /// The place a key names.
    pub fn from_key(key: &str) -> Option<Source> {
        let (r#type, target) = key.split_once(':')?;
        Some(Source::new(LocationType::parse(r#type)?, target))
    }

    /// The name of the Location entity that stands for this place.
    pub fn entity_name(&self) -> String {
        format!("generated-{}", hex(&Sha1::digest(&self.key)))
    }

    /// The reference of the Location entity that stands for this place.
    pub fn entity_ref(&self) -> String {
        format!("location:default/{}", self.entity_name())
    }

    /// Whether an entity may come from here.
    pub fn allows(&self, general: &[RuleSetting], kind: &str, spec_type: Option<&str>) -> bool {
        let general = general.iter().filter(|rule| self.concerned(rule));
        general.chain(&self.rules).flat_map(|rule| &rule.allow).any(|allowed| {
            allowed.kind.eq_ignore_ascii_case(kind)
                && allowed.spec_type.as_deref().is_none_or(|wanted| {
                    spec_type.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
                })
        })
    }

    /// Whether any rule says something about a kind.
    pub fn is_ruled(&self, general: &[RuleSetting], kind: &str) -> bool {
        let mut all = general.iter().chain(&self.rules).flat_map(|rule| &rule.allow);
        all.any(|allowed| allowed.kind.eq_ignore_ascii_case(kind))
    }

    fn concerned(&self, rule: &RuleSetting) -> bool {
        let Some(places) = &rule.locations else { return true };
        let is_url = self.r#type == LocationType::Url;
        let target = if is_url { normal(&self.target) } else { Cow::Borrowed(&*self.target) };
        places.iter().any(|place| {
            place.r#type == self.r#type.name()
                && place
                    .exact
                    .as_ref()
                    .is_none_or(|exact| *exact == *target || is_url && normal(exact) == target)
                && place.pattern.as_ref().is_none_or(|pattern| pattern.fits(&target))
        })
    }
}

/// An address in the one way it is compared: the host in lower case, no port that goes without
/// saying, no `.` and `..`, percent encoding in capitals. What is no address stays as it is.
fn normal(address: &str) -> Cow<'_, str> {
    let Ok(url) = url::Url::parse(address) else { return Cow::Borrowed(address) };
    let text = String::from(url);
    let mut parts = text.split('%');
    let mut normal = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
        normal.push('%');
        if digits == 2 {
            normal.push_str(&part[..2].to_ascii_uppercase());
            normal.push_str(&part[2..]);
        } else {
            normal.push_str(part);
        }
    }
    Cow::Owned(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{AllowedKind, RuleLocation, TargetPattern};

    #[test]
    fn rules_allow_by_kind_type_and_origin() {
        let source = Source::new(LocationType::Url, "https://h/acme/org.yaml");
        assert!(source.allows(&[RuleSetting::kinds(&["component"])], "Component", None));
        assert!(!source.allows(&[RuleSetting::kinds(&["API"])], "Component", None));
        assert!(!source.allows(&[], "Component", None));
        let place = |r#type: &str, exact: Option<&str>, pattern: Option<&str>| RuleSetting {
            locations: Some(vec![RuleLocation {
                r#type: r#type.to_owned(),
                exact: exact.map(str::to_owned),
                pattern: pattern.map(|text| TargetPattern::new(text).expect("a pattern")),
            }]),
            ..RuleSetting::kinds(&["User"])
        };
        assert!(source.allows(&[place("url", None, None)], "User", None));
        assert!(!source.allows(&[place("file", None, None)], "User", None));
        assert!(source.allows(
            &[place("url", Some("https://h/acme/org.yaml"), None)],
            "User",
            None
        ));
        assert!(source.allows(&[place("url", None, Some("https://h/acme/**"))], "User", None));
        assert!(source.allows(
            &[place("url", None, Some("https://H/*/{org,users}.yaml"))],
            "User",
            None
        ));
        assert!(!source.allows(&[place("url", None, Some("https://h/other/**"))], "User", None));
        assert!(!source.allows(&[place("url", None, Some("https://h/*"))], "User", None));
        let typed = RuleSetting {
            allow: vec![AllowedKind { kind: "Template".into(), spec_type: Some("Service".into()) }],
            locations: None,
        };
        assert!(source.allows(std::slice::from_ref(&typed), "template", Some("service")));
        assert!(!source.allows(&[typed], "template", Some("website")));
        let own = Source { rules: vec![RuleSetting::kinds(&["Template"])], ..source };
        assert!(own.allows(&[], "Template", Some("x")));
    }

    #[test]
    fn rules_compare_addresses_however_they_are_written() {
        let rule = |exact: Option<&str>, pattern: Option<&str>| {
            let pattern = pattern.map(|text| TargetPattern::new(text).expect("a pattern"));
            let exact = exact.map(str::to_owned);
            let place = RuleLocation { r#type: "url".to_owned(), exact, pattern };
            vec![RuleSetting { locations: Some(vec![place]), ..RuleSetting::kinds(&["User"]) }]
        };
        let allows = |target: &str, rules: &[RuleSetting]| {
            Source::new(LocationType::Url, target).allows(rules, "User", None)
        };
        let exact = rule(Some("https://h.example/acme/a%2Fb.yaml"), None);
        let pattern = rule(None, Some("https://h.example/acme/**"));
        for same in [
            "https://H.Example/acme/a%2fb.yaml",
            "https://h.example:443/acme/a%2Fb.yaml",
            "https://h.example/acme/./a%2Fb.yaml",
            "https://h.example/acme/x/../a%2Fb.yaml",
        ] {
            assert!(allows(same, &exact), "{same}");
            assert!(allows(same, &pattern), "{same}");
        }
        let written = rule(Some("HTTPS://H.example:443/acme/../acme/a%2fb.yaml"), None);
        assert!(allows("https://h.example/acme/a%2Fb.yaml", &written));
        for other in [
            "https://h.example/acme/../other/a.yaml",
            "https://h.example/acme/%2e%2e/other/a.yaml",
            "https://h.example:8443/acme/a.yaml",
            "http://h.example/acme/a.yaml",
        ] {
            assert!(!allows(other, &exact) && !allows(other, &pattern), "{other}");
        }
        assert!(!allows("https://h.example/acme/a/b.yaml", &exact), "a slash is no %2F");
    }
}
