//! Places with descriptors, configured or registered, and how each kind is read.

pub(crate) mod file;
pub(crate) mod git;
pub(crate) mod read;
pub(crate) mod scan;
pub(crate) mod web;

use crate::discovery::ProviderSetting;
use crate::item::hex;
use crate::settings::{LocationType, RuleSetting};
use sha1::{Digest, Sha1};
use std::sync::Arc;

/// A place with descriptors.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// `<type>:<target>` without secrets, which is also the origin of what comes from here.
    pub(crate) key: String,
    pub(crate) r#type: LocationType,
    pub(crate) target: String,
    /// What may come from here beside what the general rules allow.
    pub(crate) rules: Vec<RuleSetting>,
    /// It is configured, not registered.
    pub(crate) configured: bool,
    /// Where a configured one stands.
    pub(crate) configured_at: String,
    /// It is an organisation whose repositories are looked through.
    pub(crate) provider: Option<Arc<ProviderSetting>>,
}

impl Source {
    /// A place without rules of its own.
    pub(crate) fn new(r#type: LocationType, target: &str) -> Source {
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
    pub(crate) fn of_provider(setting: &Arc<ProviderSetting>) -> Source {
        Source {
            key: setting.key(),
            configured: true,
            configured_at: setting.configured_at.clone(),
            provider: Some(setting.clone()),
            ..Source::new(LocationType::Url, &setting.target())
        }
    }

    /// The place a key names.
    pub(crate) fn from_key(key: &str) -> Option<Source> {
        let (r#type, target) = key.split_once(':')?;
        Some(Source::new(LocationType::parse(r#type)?, target))
    }

    /// The name of the Location entity that stands for this place.
    pub(crate) fn entity_name(&self) -> String {
        format!("generated-{}", hex(&Sha1::digest(&self.key)))
    }

    /// The reference of the Location entity that stands for this place.
    pub(crate) fn entity_ref(&self) -> String {
        format!("location:default/{}", self.entity_name())
    }

    /// Whether an entity may come from here.
    pub(crate) fn allows(
        &self,
        general: &[RuleSetting],
        kind: &str,
        spec_type: Option<&str>,
    ) -> bool {
        let general = general.iter().filter(|rule| self.concerned(rule));
        general.chain(&self.rules).flat_map(|rule| &rule.allow).any(|allowed| {
            allowed.kind.eq_ignore_ascii_case(kind)
                && allowed.spec_type.as_deref().is_none_or(|wanted| {
                    spec_type.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
                })
        })
    }

    /// Whether any rule says something about a kind.
    pub(crate) fn is_ruled(&self, general: &[RuleSetting], kind: &str) -> bool {
        let mut all = general.iter().chain(&self.rules).flat_map(|rule| &rule.allow);
        all.any(|allowed| allowed.kind.eq_ignore_ascii_case(kind))
    }

    fn concerned(&self, rule: &RuleSetting) -> bool {
        let Some(places) = &rule.locations else { return true };
        places.iter().any(|place| {
            place.r#type == self.r#type.name()
                && place.exact.as_ref().is_none_or(|exact| *exact == self.target)
                && place.pattern.as_ref().is_none_or(|pattern| pattern.fits(&self.target))
        })
    }
}

/// The host (and port, unless it goes without saying) of an address or clone URL; none for a path.
pub(crate) fn host_of(target: &str) -> Option<String> {
    if target.contains("://") {
        let url = url::Url::parse(target).ok().filter(|url| url.scheme() != "file")?;
        let host = url.host_str()?;
        return Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
    }
    // `user@host:path`
    let (before, _) = target.split_once(':').filter(|(before, _)| !before.contains('/'))?;
    Some(before.rsplit_once('@').map_or(before, |(_, host)| host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{AllowedKind, RuleLocation, TargetPattern};

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
}
