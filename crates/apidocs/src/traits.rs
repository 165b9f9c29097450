//! Traits of AsyncAPI: what several messages or operations have in common.
//!
//! Version 2 lays traits over what they are applied to, version 3 below it (JSON Merge Patch both
//! times). Only keys that a trait names are put together; everything else stays where it is, so a
//! large message costs nothing.

use crate::reference::follow;
use crate::tree::Tree;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// More traits on one object are not applied.
const MAX_TRAITS: usize = 20;
/// Values with more parts than this are not put together; the first one counts whole.
const MAX_PARTS: usize = 1_000;

/// An object with its traits applied.
pub(crate) struct Applied<'a> {
    own: &'a Value,
    merged: BTreeMap<&'a str, Cow<'a, Value>>,
}

/// Applies the traits of a message or an operation.
pub(crate) fn apply<'a>(root: &'a Value, own: &'a Value, version: u32) -> Applied<'a> {
    let mut merged: BTreeMap<&str, Cow<'_, Value>> = BTreeMap::new();
    for found in own.list("traits").iter().take(MAX_TRAITS) {
        let Some(entries) = follow(root, found).value.as_object() else { continue };
        for (key, value) in entries.iter().filter(|(key, _)| *key != "traits") {
            let below = match merged.remove(key.as_str()) {
                Some(below) => below,
                None if version == 2 => {
                    own.get(key).map_or(Cow::Borrowed(&Value::Null), Cow::Borrowed)
                }
                None => Cow::Borrowed(&Value::Null),
            };
            merged.insert(key, over(below, value));
        }
    }
    if version != 2 {
        for (key, value) in &mut merged {
            if let Some(own) = own.get(*key) {
                *value = over(std::mem::replace(value, Cow::Borrowed(&Value::Null)), own);
            }
        }
    }
    Applied { own, merged }
}

/// One value laid over another: objects are put together, anything else replaces.
fn over<'a>(below: Cow<'a, Value>, above: &'a Value) -> Cow<'a, Value> {
    let both = below.is_object() && above.is_object();
    if !both || parts(&below) + parts(above) > MAX_PARTS {
        return Cow::Borrowed(above);
    }
    let mut merged = below.into_owned();
    patch(&mut merged, above);
    Cow::Owned(merged)
}

/// JSON Merge Patch (RFC 7396).
fn patch(target: &mut Value, above: &Value) {
    let Value::Object(entries) = above else {
        *target = above.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in entries {
        match value {
            Value::Null => {
                target.remove(key);
            }
            value => patch(target.entry(key.as_str()).or_insert(Value::Null), value),
        }
    }
}

/// How many values lie in a value, counted up to a little more than the bound.
fn parts(value: &Value) -> usize {
    let mut waiting = vec![value];
    let mut count = 0;
    while let Some(value) = waiting.pop() {
        count += 1;
        if count > MAX_PARTS {
            break;
        }
        match value {
            Value::Array(items) => waiting.extend(items.iter().take(MAX_PARTS)),
            Value::Object(entries) => waiting.extend(entries.values().take(MAX_PARTS)),
            _ => {}
        }
    }
    count
}

impl Tree for Applied<'_> {
    fn at(&self, key: &str) -> &Value {
        self.merged.get(key).map_or_else(|| self.own.at(key), |value| value.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn version_2_lays_traits_over_and_version_3_below() {
        let root = json!({"components": {"messageTraits": {"common": {
            "contentType": "application/avro", "headers": {"properties": {"id": {"type": "string"}}},
        }}}});
        let own = json!({
            "contentType": "application/json",
            "headers": {"properties": {"own": {"type": "integer"}}},
            "traits": [{"$ref": "#/components/messageTraits/common"}, {"summary": "Of a trait"}, "x"],
            "payload": {"type": "object"},
        });
        for (version, content) in [(2, "application/avro"), (3, "application/json")] {
            let applied = apply(&root, &own, version);
            assert_eq!(applied.text("contentType"), content);
            assert_eq!(applied.text("summary"), "Of a trait");
            let mut names: Vec<&str> =
                applied.at("headers").entries("properties").map(|(name, _)| name).collect();
            names.sort_unstable();
            assert_eq!(names, ["id", "own"], "version {version}");
            assert_eq!(applied.at("payload"), &own["payload"]);
        }
        let removed = json!({"headers": {"a": 1, "b": 2}, "traits": [{"headers": {"a": null}}]});
        assert_eq!(apply(&root, &removed, 2).at("headers"), &json!({"b": 2}));
    }

    #[test]
    fn large_values_are_not_put_together() {
        let large: serde_json::Map<String, Value> =
            (0..6_000).map(|n| (format!("k{n}"), json!(n))).collect();
        let own = json!({"headers": large, "traits": [{"headers": {"x": 1}}]});
        assert_eq!(apply(&json!({}), &own, 2).at("headers"), &json!({"x": 1}));
    }
}
