//! What differs between two JSON values, field by field, and how to go back.

use serde_json::Value;

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference<'a> {
    /// JSON pointer.
    pub(crate) pointer: String,
    pub(crate) before: Option<&'a Value>,
    pub(crate) after: Option<&'a Value>,
}

/// Every place where two values differ, by pointer. Objects are compared key by key, everything else as a
/// whole.
pub(crate) fn differences<'a>(
    before: Option<&'a Value>,
    after: Option<&'a Value>,
) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    compare(before, after, String::new(), &mut found);
    found.sort_by(|left, right| left.pointer.cmp(&right.pointer));
    found
}

fn compare<'a>(
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    pointer: String,
    found: &mut Vec<Difference<'a>>,
) {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old {
                compare(Some(value), new.get(key), join(&pointer, key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                compare(None, Some(value), join(&pointer, key), found);
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(Difference { pointer, before, after }),
    }
}

/// How to get from what is after to what was before, as it stands in a row.
pub(crate) fn undo_text(before: Option<&Value>, after: Option<&Value>) -> String {
    let steps = differences(before, after).into_iter().map(|difference| {
        let mut step = vec![Value::from(difference.pointer)];
        step.extend(difference.before.cloned());
        Value::from(step)
    });
    Value::from_iter(steps).to_string()
}

/// The pointers of what a row says was different.
pub(crate) fn undo_pointers(undo: &str) -> Vec<String> {
    steps(undo).into_iter().map(|(pointer, _)| pointer).collect()
}

/// What was before.
pub(crate) fn undone(after: Option<Value>, undo: &str) -> Option<Value> {
    steps(undo).into_iter().fold(after, |state, (pointer, value)| match pointer.as_str() {
        "" => value,
        _ => {
            let mut state = state?;
            set(&mut state, &pointer, value);
            Some(state)
        }
    })
}

/// `/metadata/annotations/example.com~1a` as people write it: `metadata.annotations.example.com/a`.
pub(crate) fn path(pointer: &str) -> String {
    let parts: Vec<String> = pointer.split('/').skip(1).map(unescaped).collect();
    parts.join(".")
}

fn steps(undo: &str) -> Vec<(String, Option<Value>)> {
    let steps: Vec<Vec<Value>> = serde_json::from_str(undo).unwrap_or_default();
    let steps = steps.into_iter().filter_map(|step| {
        let mut parts = step.into_iter();
        match parts.next()? {
            Value::String(pointer) => Some((pointer, parts.next())),
            _ => None,
        }
    });
    steps.collect()
}

fn set(state: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let Some(Value::Object(map)) = state.pointer_mut(parent) else { return };
    let key = unescaped(key);
    match value {
        Some(value) => map.insert(key, value),
        None => map.shift_remove(&key),
    };
}

fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_before_comes_back_from_what_is_after() {
        let states = [
            None,
            Some(json!({"metadata": {"name": "a", "annotations": {"x/y": "1", "t~": "2"}}})),
            Some(json!({"metadata": {"name": "a", "tags": ["b"], "annotations": {"x/y": null}}})),
            Some(json!({"metadata": {"name": "a"}, "spec": {"deep": {"list": [{"a": 1}]}}})),
            Some(json!([])),
        ];
        for before in &states {
            for after in &states {
                let undo = undo_text(before.as_ref(), after.as_ref());
                assert_eq!(undone(after.clone(), &undo), *before, "{undo}");
                assert_eq!(undo == "[]", before == after, "{undo}");
            }
        }
    }

    #[test]
    fn fields_are_named_as_people_write_them() {
        let before = json!({"metadata": {"annotations": {"example.com/a": "1"}}, "spec": {"x": 1}});
        let after = json!({"metadata": {"annotations": {}}, "spec": {"x": 2}});
        let found = differences(Some(&before), Some(&after));
        let paths: Vec<String> = found.iter().map(|one| path(&one.pointer)).collect();
        assert_eq!(paths, ["metadata.annotations.example.com/a", "spec.x"]);
        assert_eq!((found[0].after, found[1].after), (None, Some(&json!(2))));
    }
}
