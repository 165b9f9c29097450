//! A change in a few lines, one for each field that differs.

use crate::diff::{Difference, differences, path};
use model::entity::{MANAGED_BY_LOCATION, is_internal_annotation};
use serde_json::Value;

/// So many fields are named.
const MOST_LINES: usize = 5;

/// So many characters of a value are shown.
const MOST_SHOWN: usize = 60;

/// Annotations that usually follow from where a descriptor is: they say nothing more when something
/// else differs.
const FOLLOW: [&str; 3] =
    ["backstage.io/view-url", "backstage.io/edit-url", "backstage.io/source-location"];

const ANNOTATIONS: &str = "/metadata/annotations";

/// One line for each field that differs, `owner: a → b`, as it stands in a row.
pub(crate) fn summary(before: Option<&Value>, after: Option<&Value>) -> String {
    let all = differences(before, after);
    let (internal, others): (Vec<_>, Vec<_>) = all.iter().partition(|found| is_internal(found));
    let (follow, own): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|found| annotation(found).is_some_and(|key| FOLLOW.contains(&key.as_str())));
    let moved =
        |found: &&&Difference<'_>| annotation(found).as_deref() == Some(MANAGED_BY_LOCATION);
    let moved = internal.iter().find(moved);
    let shown = match (own.is_empty(), moved) {
        (true, Some(moved)) => {
            return format!("descriptor: {}", values("", moved.before, moved.after));
        }
        (true, None) => follow,
        (false, _) => own,
    };
    let mut lines: Vec<String> = shown
        .iter()
        .take(MOST_LINES)
        .map(|found| {
            let label = label(&found.pointer);
            format!("{label}: {}", values(&label, found.before, found.after))
        })
        .collect();
    if let Some(more) = shown.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        lines.push(format!("and {}", counted(more, "more field", "more fields")));
    }
    lines.join("\n")
}

/// The name of the annotation that differs.
fn annotation(found: &Difference<'_>) -> Option<String> {
    let key = found.pointer.strip_prefix(ANNOTATIONS)?.strip_prefix('/')?;
    Some(key.replace("~1", "/").replace("~0", "~"))
}

/// Whether only what the catalog notes for itself differs.
fn is_internal(found: &Difference<'_>) -> bool {
    if let Some(key) = annotation(found) {
        return is_internal_annotation(&key);
    }
    let only_internal = |value: Option<&Value>| match value {
        None => true,
        Some(Value::Object(keys)) => keys.keys().all(|key| is_internal_annotation(key)),
        Some(_) => false,
    };
    found.pointer == ANNOTATIONS && only_internal(found.before) && only_internal(found.after)
}

/// `/spec/owner` is the owner, and `/metadata/annotations/a~1b` the annotation `a/b`.
fn label(pointer: &str) -> String {
    let path = path(pointer);
    let plain = ["metadata.annotations.", "metadata.", "spec."];
    let plain = plain.into_iter().find_map(|start| path.strip_prefix(start));
    one_line(plain.unwrap_or(&path))
}

/// What became of a field: for lists, what was added and removed; else `before → after`.
fn values(label: &str, before: Option<&Value>, after: Option<&Value>) -> String {
    if let (Some(Value::Array(old)), Some(Value::Array(new))) = (before, after)
        && let Some(words) = list_change(label, old, new)
    {
        return words;
    }
    let (before, after) = (shown(label, before), shown(label, after));
    match before == after {
        // They differ behind what is shown.
        true => "changed".to_owned(),
        false => format!("{before} → {after}"),
    }
}

/// `+java, −go` by the names of what lists hold, or by numbers when those are long; nothing when an
/// entry has no name.
fn list_change(label: &str, old: &[Value], new: &[Value]) -> Option<String> {
    let (old_names, new_names) = (names(old)?, names(new)?);
    let added: Vec<&str> =
        new_names.iter().filter(|name| !old_names.contains(name)).copied().collect();
    let gone: Vec<&str> =
        old_names.iter().filter(|name| !new_names.contains(name)).copied().collect();
    // Under the same name, something else.
    let other = new_names
        .iter()
        .zip(new)
        .filter(|(name, value)| old_names.contains(name) && !old.contains(value));
    let other: Vec<&str> = other.map(|(name, _)| *name).collect();
    if added.is_empty() && gone.is_empty() && other.is_empty() {
        return Some(match old.len() == new.len() {
            true => "in another order".to_owned(),
            false => format!("{} → {}", entries(label, old.len()), entries(label, new.len())),
        });
    }
    let named = added.iter().map(|name| format!("+{name}"));
    let named = named.chain(gone.iter().map(|name| format!("−{name}")));
    let named = named.chain(other.iter().map(|name| format!("{name} changed")));
    let named = one_line(&named.collect::<Vec<_>>().join(", "));
    if named.chars().count() <= MOST_SHOWN {
        return Some(named);
    }
    let counts = [("added", added.len()), ("removed", gone.len()), ("changed", other.len())];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let words = counts.map(|(word, count)| format!("{} {word}", entries(label, count)));
    Some(words.collect::<Vec<_>>().join(", "))
}

/// What the entries of a list are called; nothing when one has no name.
fn names(list: &[Value]) -> Option<Vec<&str>> {
    list.iter().map(name).collect()
}

/// A text is called by itself, other things by their title, name or address.
fn name(value: &Value) -> Option<&str> {
    let field = || ["title", "name", "url"].iter().find_map(|key| value.get(*key)?.as_str());
    value.as_str().or_else(field).filter(|text| !text.trim().is_empty())
}

fn shown(label: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if text.trim().is_empty() => "empty".to_owned(),
        Some(Value::String(text)) => shortened(&one_line(text)),
        Some(Value::Array(list)) if list.is_empty() => "empty".to_owned(),
        Some(Value::Array(list)) => {
            let names = names(list).map(|names| one_line(&names.join(", ")));
            let names = names.filter(|names| names.chars().count() <= MOST_SHOWN);
            names.unwrap_or_else(|| entries(label, list.len()))
        }
        Some(Value::Object(keys)) => {
            let count = counted(keys.len(), "field", "fields");
            let names = one_line(&keys.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
            match names.is_empty() || names.chars().count() > MOST_SHOWN {
                true => count,
                false => format!("{count} ({names})"),
            }
        }
        Some(other) => other.to_string(),
    }
}

/// `1 link`, `2 tags`, or entries of a list whose things have no word of their own.
fn entries(label: &str, count: usize) -> String {
    match label {
        "links" => counted(count, "link", "links"),
        "tags" => counted(count, "tag", "tags"),
        _ => counted(count, "entry", "entries"),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Without line ends and other characters that would break the line.
fn one_line(text: &str) -> String {
    let plain =
        |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let text: String = text.chars().take(10 * MOST_SHOWN).map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(before: Value, after: Value, expected: &[&str]) {
        let found = summary(Some(&before), Some(&after));
        assert_eq!(found.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_field_that_differs_has_a_line() {
        check(
            json!({"metadata": {"tags": ["go", "web"]}, "spec": {"owner": "a", "lifecycle": "x"}}),
            json!({"metadata": {"tags": ["web", "java"]}, "spec": {"owner": "b"}}),
            &["tags: +java, −go", "lifecycle: x → none", "owner: a → b"],
        );
        check(json!({"spec": {}}), json!({"spec": {"type": "x"}}), &["type: none → x"]);
        check(
            json!({"metadata": {"annotations": {"a/b": "1"}}}),
            json!({"metadata": {"annotations": {"a/b": "2"}}}),
            &["a/b: 1 → 2"],
        );
        check(json!({"spec": {"o": {}}}), json!({"spec": {"o": [{}]}}), &["o: 0 fields → 1 entry"]);
    }

    #[test]
    fn what_a_list_gained_and_lost_is_named_when_it_is_short() {
        let links = |links: Value| json!({"metadata": {"links": links}});
        let link = |title: &str, url: &str| json!({"title": title, "url": url});
        let runbook = link("Runbook", "https://a.example.com");
        check(json!({"metadata": {}}), links(json!([runbook])), &["links: none → Runbook"]);
        check(
            links(json!([runbook])),
            links(json!([{"url": "https://b.example.com"}, runbook])),
            &["links: +https://b.example.com"],
        );
        check(
            links(json!([runbook])),
            links(json!([link("Runbook", "https://c.example.com")])),
            &["links: Runbook changed"],
        );
        let long = |count: usize| -> Vec<Value> {
            (0..count).map(|at| link(&format!("A rather long title {at}"), "https://a")).collect()
        };
        check(json!({"metadata": {}}), links(long(4).into()), &["links: none → 4 links"]);
        check(links(json!([])), links(long(4).into()), &["links: 4 links added"]);
        check(
            links(long(4).into()),
            links(json!([runbook])),
            &["links: 1 link added, 4 links removed"],
        );
        check(
            json!({"metadata": {"tags": ["a"]}}),
            json!({"metadata": {"tags": []}}),
            &["tags: −a"],
        );
        check(json!({"metadata": {}}), json!({"metadata": {"tags": []}}), &["tags: none → empty"]);
        check(
            json!({"spec": {"dependsOn": ["a", "b"]}}),
            json!({"spec": {"dependsOn": ["b", "a"]}}),
            &["dependsOn: in another order"],
        );
        check(
            json!({"spec": {"x": [[1]]}}),
            json!({"spec": {"x": [[1], [2]]}}),
            &["x: 1 entry → 2 entries"],
        );
        check(
            json!({"spec": {}}),
            json!({"spec": {"profile": {"email": "a@b.c"}}}),
            &["profile: none → 1 field (email)"],
        );
    }

    #[test]
    fn what_the_catalog_notes_for_itself_is_not_listed() {
        let edited = json!({"metadata": {"annotations": {"callboard.dev/edited-fields": "owner"}}});
        check(json!({"metadata": {}}), edited.clone(), &[]);
        let mut both = edited;
        both["metadata"]["annotations"]["example.com/a"] = "1".into();
        check(json!({"metadata": {"annotations": {}}}), both, &["example.com/a: none → 1"]);
        let source =
            |url: &str| json!({"metadata": {"annotations": {"backstage.io/source-location": url}}});
        check(source("url:a"), source("url:b"), &["backstage.io/source-location: url:a → url:b"]);
    }

    #[test]
    fn lines_are_short_and_few() {
        let long = "x".repeat(500);
        check(
            json!({"spec": {"text": format!("{long}a")}}),
            json!({"spec": {"text": format!("{long}b")}}),
            &["text: changed"],
        );
        check(
            json!({"spec": {"text": "a\nb"}}),
            json!({"spec": {"text": "a\u{2028}c"}}),
            &["text: a b → a c"],
        );
        let many: serde_json::Map<String, Value> =
            (0..7).map(|at| (format!("f{at}"), json!(at))).collect();
        let found = summary(Some(&json!({"spec": {}})), Some(&json!({"spec": many})));
        assert_eq!(found.lines().count(), 6);
        assert!(found.ends_with("and 2 more fields"), "{found}");
    }

    #[test]
    fn a_descriptor_that_moved_says_so() {
        let at = |place: &str| {
            json!({"metadata": {"annotations": {
                "backstage.io/managed-by-location": place, "backstage.io/view-url": place,
            }}})
        };
        check(at("url:a"), at("url:b"), &["descriptor: url:a → url:b"]);
    }
}
