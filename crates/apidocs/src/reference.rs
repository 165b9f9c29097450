//! `$ref` within a definition.

use crate::tree::Tree;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// References lead to references at most this far.
const MAX_STEPS: usize = 16;

/// Where a reference leads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// What stands there.
    pub(crate) value: &'a Value,
    /// The last reference on the way; empty when there was none.
    pub(crate) reference: &'a str,
    /// Why it leads nowhere.
    pub(crate) missing: Option<&'static str>,
}

/// Follows references from a value.
pub(crate) fn follow<'a>(root: &'a Value, value: &'a Value) -> Target<'a> {
    let mut target = Target { value, reference: "", missing: None };
    for _ in 0..MAX_STEPS {
        let reference = target.value.text("$ref");
        if reference.is_empty() {
            return target;
        }
        target.reference = reference;
        let Some(pointer) = reference.strip_prefix('#') else {
            target.missing = Some("elsewhere, not fetched");
            return target;
        };
        match root.pointer(&percent_decode_str(pointer).decode_utf8_lossy()) {
            Some(found) => target.value = found,
            None => {
                target.missing = Some("not in the definition");
                return target;
            }
        }
    }
    target.missing = Some("a circle of references");
    target
}

/// The last part of a reference: what it is called.
pub(crate) fn name(reference: &str) -> String {
    let pointer = reference.split_once('#').map_or(reference, |(_, pointer)| pointer);
    let last = pointer.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or(reference);
    percent_decode_str(last).decode_utf8_lossy().replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_followed_within_the_definition_only() {
        let root = json!({
            "a": {"$ref": "#/b~1c/x%20y"}, "b/c": {"x y": {"type": "string"}},
            "circle": {"$ref": "#/circle"}, "out": {"$ref": "https://example.com/x.yaml#/A"},
            "lost": {"$ref": "#/nowhere"},
        });
        assert_eq!(follow(&root, &root["a"]).value["type"], "string");
        assert_eq!(name(follow(&root, &root["a"]).reference), "x y");
        assert!(follow(&root, &root["circle"]).missing.is_some_and(|why| why.contains("circle")));
        assert!(follow(&root, &root["out"]).missing.is_some_and(|why| why.contains("elsewhere")));
        assert!(follow(&root, &root["lost"]).missing.is_some_and(|why| why.contains("not in")));
    }
}
