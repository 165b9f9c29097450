//! A change in a few lines, one for each field that differs.

use crate::diff::{differences, path};
use serde_json::Value;

/// So many fields are named.
const MOST_LINES: usize = 5;

/// So many characters of a value are shown.
const MOST_SHOWN: usize = 60;

/// Annotations that the catalog writes itself: they follow from where a descriptor lies.
const OWN: [&str; 6] = [
    "/metadata/annotations/backstage.io~1managed-by-location",
    "/metadata/annotations/backstage.io~1managed-by-origin-location",
    "/metadata/annotations/backstage.io~1view-url",
    "/metadata/annotations/backstage.io~1edit-url",
    "/metadata/annotations/backstage.io~1source-location",
    "/metadata/annotations/callboard.dev~1edited-fields",
];

/// One line for each field that differs, `owner: a → b`, as it stands in a row.
pub(crate) fn summary(before: Option<&Value>, after: Option<&Value>) -> String {
    let all = differences(before, after);
    let (own, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|found| OWN.contains(&found.pointer.as_str()));
    let mut lines: Vec<String> = others
        .iter()
        .take(MOST_LINES)
        .map(|found| format!("{}: {}", label(&found.pointer), values(found.before, found.after)))
        .collect();
    if let Some(more) = others.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        lines.push(format!("and {more} more field{}", if more == 1 { "" } else { "s" }));
    }
    if others.is_empty() {
        let moved = own.iter().find(|found| found.pointer == OWN[0]);
        lines.extend(
            moved.map(|found| format!("descriptor: {}", values(found.before, found.after))),
        );
    }
    lines.join("\n")
}

/// `/spec/owner` is the owner, and `/metadata/annotations/a~1b` the annotation `a/b`.
fn label(pointer: &str) -> String {
    let path = path(pointer);
    let plain = ["metadata.annotations.", "metadata.", "spec."];
    let plain = plain.into_iter().find_map(|start| path.strip_prefix(start));
    one_line(plain.unwrap_or(&path))
}

fn values(before: Option<&Value>, after: Option<&Value>) -> String {
    if let (Some(old), Some(new)) = (before.and_then(texts), after.and_then(texts)) {
        let added = new.iter().filter(|text| !old.contains(text)).map(|text| format!("+{text}"));
        let gone = old.iter().filter(|text| !new.contains(text)).map(|text| format!("−{text}"));
        let both: Vec<String> = added.chain(gone).collect();
        return match both.is_empty() {
            true => "in another order".to_owned(),
            false => shortened(&one_line(&both.join(", "))),
        };
    }
    let (before, after) = (shown(before), shown(after));
    match before == after {
        // They differ behind what is shown.
        true => "changed".to_owned(),
        false => format!("{before} → {after}"),
    }
}

/// A list of texts.
fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if text.trim().is_empty() => "empty".to_owned(),
        Some(Value::String(text)) => shortened(&one_line(text)),
        Some(Value::Array(list)) => match texts(&Value::Array(list.clone())) {
            Some(texts) => shortened(&one_line(&texts.join(", "))),
            None => format!("{} entries", list.len()),
        },
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(other) => other.to_string(),
    }
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
        check(
            json!({"spec": {"o": {}}}),
            json!({"spec": {"o": [{}]}}),
            &["o: an object → 1 entries"],
        );
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
