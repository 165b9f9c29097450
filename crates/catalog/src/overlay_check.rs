//! Whether an entity is good with what was edited, in words that stand at the fields of the form.

use crate::owner;
use catalog_index::index::Index;
use catalog_index::overlay::{entity, owner_ref};
use catalog_index::rows::OverlayRow;
use model::kind::Kinds;
use model::overlay::OverlayField;
use model::validation::{self, Violation};
use model::{Error, FieldError, Result, format, url};
use serde_json::Value;

/// Refuses edits that make the entity break a rule, with everything that is wrong at each field.
pub(crate) fn check(
    content: &str,
    rows: &[OverlayRow],
    index: &Index,
    kinds: Kinds<'_>,
) -> Result<()> {
    let json: Value = serde_json::from_str(content).unwrap_or_default();
    let mut found = validation::policies(&json);
    let text = |key: &str| json[key].as_str().unwrap_or_default();
    if kinds.find(text("kind"), text("apiVersion")).is_some() {
        found.extend(validation::of_kind(&json, validation::Strictness::Liberal, kinds));
    }
    let mut faults: Vec<FieldError> = Vec::new();
    for row in rows {
        let mut messages = match row.field {
            OverlayField::Tags => bad_tags(&row.content),
            OverlayField::Links => bad_links(&row.content),
            _ => Vec::new(),
        };
        if messages.is_empty() {
            messages = found.iter().filter_map(|broken| in_words(broken, row.field)).collect();
        }
        if messages.is_empty() && row.field == OverlayField::Owner {
            messages.extend(unknown_owner(content, index));
        }
        let path = format!("/{}", row.field.name());
        faults.extend(messages.into_iter().map(|text| FieldError::new(&*path, text)));
    }
    match &faults[..] {
        [] => Ok(()),
        [_] => Err(Error::invalid_fields("Fix 1 error to continue.", faults)),
        many => {
            Err(Error::invalid_fields(format!("Fix {} errors to continue.", many.len()), faults))
        }
    }
}

/// What stands in a list.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn bad_tags(tags: &Value) -> Vec<String> {
    let tags = list(tags).iter().filter_map(Value::as_str).filter(|tag| !format::is_tag(tag));
    let message = |tag: &str| {
        format!(
            "Tag \"{tag}\": expected lower case letters, digits and the signs + # : with single \
             dashes between them, at most 63 characters."
        )
    };
    tags.map(message).collect()
}

fn bad_links(links: &Value) -> Vec<String> {
    let bad = |(index, link): (usize, &Value)| {
        let address = link["url"].as_str().unwrap_or_default();
        (!url::is_absolute(address)).then(|| {
            format!(
                "Link {}, URL: expected an address such as https://example.com/page, found \
                 \"{address}\".",
                index + 1
            )
        })
    };
    list(links).iter().enumerate().filter_map(bad).collect()
}

/// A broken rule as the form says it; nothing when it is about another field.
fn in_words(broken: &Violation, field: OverlayField) -> Option<String> {
    let label = field.label();
    let missing = format!("missingProperty: {}", field.name());
    if broken.message.ends_with(&missing) {
        return Some(format!("{label} must be filled in."));
    }
    let pointer = format!("/{}/{}", field.parent(), field.name());
    let rest = broken.pointer.strip_prefix(&pointer)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    // `Malformed envelope, /spec/owner must be string - type: string`
    let said = broken.message.strip_prefix("Malformed envelope, ").unwrap_or(&broken.message);
    let said = said.strip_prefix(broken.pointer.as_str()).unwrap_or(said).trim();
    let (rule, detail) = said.split_once(" - ").unwrap_or((said, ""));
    let parameter = detail.split_once(": ").map_or("", |(_, parameter)| parameter);
    let parameter = parameter.split(", found ").next().unwrap_or_default();
    Some(match detail.split(':').next().unwrap_or_default() {
        "allowedValues" => format!("{label}: expected one of {}.", parameter.replace(',', ", ")),
        "pattern" => format!("{label}: expected text of the form {parameter}."),
        _ if rule.contains("fewer than") => format!("{label}: expected a longer text."),
        _ if rule.contains("more than") => format!("{label}: expected a shorter text."),
        _ => format!("{label} {}.", rule.trim_end_matches('.')),
    })
}

/// Somebody who edits in the portal chooses among what is there.
fn unknown_owner(content: &str, index: &Index) -> Option<String> {
    let entity = entity(content)?;
    let named = entity.spec_str("owner").unwrap_or_default();
    match owner_ref(&entity) {
        Some(owner) if owner::is_owner(&owner) && index.get(&owner).is_some() => None,
        _ => Some(owner::unknown(named, &owner::suggestions(named, index))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::validation::Stage;
    use serde_json::json;

    fn broken(pointer: &str, message: &str) -> Violation {
        Violation {
            stage: Stage::Kind,
            name: "TypeError".to_owned(),
            pointer: pointer.to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn rules_are_said_with_the_label_of_the_field() {
        let lifecycle =
            |message: &str| in_words(&broken("/spec/lifecycle", message), OverlayField::Lifecycle);
        let allowed = "/spec/lifecycle must be equal to one of the allowed values - \
                       allowedValues: alpha,beta, found \"x\"";
        assert_eq!(lifecycle(allowed).as_deref(), Some("Lifecycle: expected one of alpha, beta."));
        let short = "/spec/lifecycle must NOT have fewer than 1 characters - limit: 1";
        assert_eq!(lifecycle(short).as_deref(), Some("Lifecycle: expected a longer text."));
        let missing = "/spec must have required property 'lifecycle' - missingProperty: lifecycle";
        let found = in_words(&broken("/spec", missing), OverlayField::Lifecycle);
        assert_eq!(found.as_deref(), Some("Lifecycle must be filled in."));
        assert_eq!(in_words(&broken("/spec/lifecycles", short), OverlayField::Lifecycle), None);
    }

    #[test]
    fn every_tag_and_link_at_fault_is_named() {
        let tags = bad_tags(&json!(["Bad Tag", "ok", "c++", "a--b"]));
        assert!(tags.len() == 2 && tags[0].starts_with("Tag \"Bad Tag\": expected"), "{tags:?}");
        let links = bad_links(&json!([{"url": "https://a.example"}, {"url": "foo"}]));
        assert!(links.len() == 1 && links[0].starts_with("Link 2, URL: expected"), "{links:?}");
    }
}
