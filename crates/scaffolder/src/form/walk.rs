//! Values and what their schema says of each part of them, at any depth.

use super::rule::fits;
use serde_json::{Map, Value};

/// How deep schemas may lie within one another.
const DEEPEST: usize = 32;

/// How many parts of a schema may be written out where others refer to them.
const MOST_PARTS: usize = 20_000;

/// Which alternatives of a schema count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Branches {
    /// Those that the values choose.
    Chosen,
    /// All of them, whatever the values are.
    All,
}

/// What to do with one part: the schema, the value, and its JSON pointer. The answer says whether
/// what is inside has been dealt with too.
pub(crate) type Visit<'a> = dyn FnMut(&Value, &mut Value, &str) -> bool + 'a;

/// Visits the value and everything in it that the schema describes.
pub(crate) fn walk(schema: &Value, value: &mut Value, branches: Branches, visit: &mut Visit<'_>) {
    inner(schema, value, branches, "", 0, visit);
}

fn inner(
    schema: &Value,
    value: &mut Value,
    branches: Branches,
    pointer: &str,
    depth: usize,
    visit: &mut Visit<'_>,
) {
    let mut parts = Vec::new();
    collect(schema, value, branches, 0, &mut parts);
    for part in parts {
        if visit(part, value, pointer) || depth >= DEEPEST {
            continue;
        }
        match value {
            Value::Object(map) => {
                let known = part.get("properties").and_then(Value::as_object);
                let others = part.get("additionalProperties").filter(|schema| schema.is_object());
                for (name, item) in map.iter_mut() {
                    let schema = known.and_then(|known| known.get(name)).or(others);
                    if let Some(schema) = schema {
                        let name = name.replace('~', "~0").replace('/', "~1");
                        let pointer = format!("{pointer}/{name}");
                        inner(schema, item, branches, &pointer, depth + 1, visit);
                    }
                }
            }
            Value::Array(list) => {
                for (index, item) in list.iter_mut().enumerate() {
                    let schema = match part.get("items") {
                        Some(Value::Array(each)) => {
                            each.get(index).or_else(|| part.get("additionalItems"))
                        }
                        other => other,
                    };
                    if let Some(schema) = schema {
                        let pointer = format!("{pointer}/{index}");
                        inner(schema, item, branches, &pointer, depth + 1, visit);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A schema and the schemas it is put together from.
fn collect<'s>(
    schema: &'s Value,
    value: &Value,
    branches: Branches,
    depth: usize,
    parts: &mut Vec<&'s Value>,
) {
    parts.push(schema);
    if depth >= DEEPEST {
        return;
    }
    let mut more = |schema: &'s Value| collect(schema, value, branches, depth + 1, parts);
    let list = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    list("allOf").for_each(&mut more);
    let all = branches == Branches::All;
    let test = schema.get("if");
    let holds = test.is_some_and(|test| !all && fits(test, value));
    for (key, chosen) in [("then", holds), ("else", !holds)] {
        if let Some(schema) = schema.get(key).filter(|_| test.is_some() && (all || chosen)) {
            more(schema);
        }
    }
    let alternatives = list("oneOf").chain(list("anyOf"));
    alternatives.filter(|branch| all || fits(branch, value)).for_each(&mut more);
    let dependencies = schema.get("dependencies").and_then(Value::as_object);
    for (name, dependency) in dependencies.into_iter().flatten() {
        let Some(present) = (match all {
            true => Some(&Value::Null),
            false => value.get(name),
        }) else {
            continue;
        };
        if !dependency.is_object() {
            continue;
        }
        let list = |key: &str| dependency.get(key).and_then(Value::as_array).into_iter().flatten();
        if list("oneOf").chain(list("anyOf")).next().is_none() {
            more(dependency);
            continue;
        }
        // The branch is chosen by the one property it is for: the others may still be wrong.
        let chosen = |branch: &&Value| {
            let test = branch.get("properties").and_then(|tests| tests.get(name));
            all || test.is_some_and(|test| fits(test, present))
        };
        list("oneOf").chain(list("anyOf")).filter(chosen).for_each(&mut more);
    }
}

/// A schema with every `$ref` within it written out, as far as that ends.
pub(crate) fn written_out(schema: &Value) -> Value {
    let mut left = MOST_PARTS;
    expand(schema, schema, &mut Vec::new(), &mut left)
}

fn expand(schema: &Value, root: &Value, open: &mut Vec<String>, left: &mut usize) -> Value {
    if *left == 0 {
        return schema.clone();
    }
    *left -= 1;
    match schema {
        Value::Object(map) => {
            let name = map.get("$ref").and_then(Value::as_str);
            let target = name.and_then(|name| root.pointer(name.strip_prefix('#')?));
            if let (Some(name), Some(target)) = (name, target)
                && !open.iter().any(|known| known == name)
                && open.len() < DEEPEST
            {
                open.push(name.to_owned());
                let mut whole = expand(target, root, open, left);
                open.pop();
                // What stands beside a reference belongs to the form: its title, its widget.
                if let Some(whole) = whole.as_object_mut() {
                    for (key, value) in map.iter().filter(|(key, _)| *key != "$ref") {
                        whole.insert(key.clone(), expand(value, root, open, left));
                    }
                }
                return whole;
            }
            let entries = map.iter().map(|(key, value)| match key.as_str() {
                // Only what refers to them uses these.
                "definitions" | "$defs" => (key.clone(), value.clone()),
                _ => (key.clone(), expand(value, root, open, left)),
            });
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(list) => {
            list.iter().map(|item| expand(item, root, open, left)).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn visited(schema: &Value, value: Value, branches: Branches) -> Vec<String> {
        let (mut found, mut value) = (Vec::new(), value);
        walk(schema, &mut value, branches, &mut |schema, _, pointer| {
            if schema.get("mark").is_some() {
                found.push(pointer.to_owned());
            }
            false
        });
        found
    }

    #[test]
    fn finds_parts_at_any_depth() {
        let mark = json!({"mark": true});
        let schema = json!({
            "properties": {"list": {"items": {"properties": {"deep": mark}}}, "a/b": mark},
            "additionalProperties": {"items": mark}
        });
        let value = json!({"list": [{"deep": 1}, {"deep": 2}], "a/b": 1, "other": [1]});
        let found = visited(&schema, value, Branches::All);
        assert_eq!(found, ["/list/0/deep", "/list/1/deep", "/a~1b", "/other/0"]);
    }

    #[test]
    fn takes_the_branches_that_the_values_choose() {
        let mark = json!({"mark": true});
        let schema = json!({
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"x": mark}}, "else": {"properties": {"y": mark}},
            "dependencies": {"kind": {"oneOf": [
                {"properties": {"kind": {"enum": ["a"]}, "z": mark, "n": {"type": "number"}}},
                {"properties": {"kind": {"enum": ["b"]}, "w": mark}}
            ]}}
        });
        let value = json!({"kind": "a", "x": 1, "y": 1, "z": 1, "w": 1, "n": "no number"});
        assert_eq!(visited(&schema, value.clone(), Branches::Chosen), ["/x", "/z"]);
        assert_eq!(visited(&schema, value, Branches::All).len(), 4);
    }

    #[test]
    fn writes_references_out_as_far_as_they_end() {
        let schema = json!({
            "definitions": {"s": {"mark": 1}, "tree": {"items": {"$ref": "#/definitions/tree"}}},
            "properties": {"a": {"$ref": "#/definitions/s", "title": "A"},
                "b": {"$ref": "#/definitions/tree"}, "c": {"$ref": "#/nowhere"}}
        });
        let whole = written_out(&schema);
        assert_eq!(whole["properties"]["a"], json!({"mark": 1, "title": "A"}));
        assert_eq!(whole["properties"]["b"]["items"]["$ref"], "#/definitions/tree");
        assert_eq!(whole["properties"]["c"]["$ref"], "#/nowhere");
    }
}
