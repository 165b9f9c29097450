//! `query` of the POST requests: conditions as JSON.

use super::condition::Condition;
use model::{Error, Result};
use serde_json::{Map, Value};

/// How deep conditions may be nested, and how many there may be.
const MOST_LEVELS: usize = 32;
const MOST_CONDITIONS: usize = 10_000;

/// Reads a predicate.
pub fn parse(value: &Value) -> Result<Condition> {
    let mut left = MOST_CONDITIONS;
    Reader { left: &mut left }.predicate(value, "", MOST_LEVELS)
}

struct Reader<'a> {
    left: &'a mut usize,
}

fn invalid(at: &str, expected: &str) -> Error {
    let place = if at.is_empty() { String::new() } else { format!(" at \"{at}\"") };
    Error::invalid(format!("Invalid query: Validation error: {expected}{place}"))
}

fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

impl Reader<'_> {
    fn predicate(&mut self, value: &Value, at: &str, levels: usize) -> Result<Condition> {
        let Value::Object(map) = value else {
            return Err(match value {
                Value::Array(_) => invalid(at, "Expected an object with conditions, found a list"),
                _ => Error::invalid(
                    "Invalid filter predicate: top-level primitive values are not supported. Wrap \
                     the value in a field expression, such as {\"kind\": \"component\"}",
                ),
            });
        };
        if levels == 0 {
            return Err(invalid(at, "The conditions are nested too deeply"));
        }
        let operator = map.iter().find(|(key, _)| key.starts_with('$'));
        let Some((operator, inner)) = operator else { return self.fields(map, at) };
        if !matches!(operator.as_str(), "$all" | "$any" | "$not") {
            return Err(invalid(
                &below(at, operator),
                "Expected $all, $any, $not or a field, Invalid",
            ));
        }
        if let Some(other) = map.keys().find(|key| *key != operator) {
            return Err(invalid(at, &format!("Unrecognized key(s) in object: '{other}'")));
        }
        let at = below(at, operator);
        if operator == "$not" {
            return Ok(Condition::Not(Box::new(self.predicate(inner, &at, levels - 1)?)));
        }
        let Value::Array(list) = inner else {
            return Err(invalid(&at, "Expected a list of conditions"));
        };
        let parts = list.iter().enumerate().map(|(place, part)| {
            self.take(&at)?;
            self.predicate(part, &below(&at, &place.to_string()), levels - 1)
        });
        let parts = parts.collect::<Result<Vec<_>>>()?;
        Ok(if operator == "$all" { Condition::All(parts) } else { Condition::Any(parts) })
    }

    fn take(&mut self, at: &str) -> Result<()> {
        *self.left = self.left.checked_sub(1).ok_or_else(|| invalid(at, "Too many conditions"))?;
        Ok(())
    }

    fn fields(&mut self, map: &Map<String, Value>, at: &str) -> Result<Condition> {
        let mut parts = Vec::with_capacity(map.len());
        for (path, value) in map {
            self.take(at)?;
            parts.push(self.field(path, value, &below(at, path))?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn field(&mut self, path: &str, value: &Value, at: &str) -> Result<Condition> {
        let lower = path.to_lowercase();
        if let Some(text) = primitive(value) {
            return Ok(Condition::In(lower, vec![text]));
        }
        let matcher = match value {
            Value::Object(map) if map.len() == 1 => map.iter().next(),
            _ => None,
        };
        let Some((operator, wanted)) = matcher else {
            return Err(invalid(
                at,
                "Expected a value or one of $exists, $in, $hasPrefix, $contains",
            ));
        };
        let at = below(at, operator);
        match operator.as_str() {
            "$exists" => {
                let wanted = wanted.as_bool();
                let wanted = wanted.ok_or_else(|| invalid(&at, "Expected boolean"))?;
                let exists = Condition::Exists(lower);
                Ok(if wanted { exists } else { Condition::Not(Box::new(exists)) })
            }
            "$in" => Ok(Condition::In(lower, self.values(wanted, &at)?)),
            "$hasPrefix" => {
                let start = wanted.as_str().ok_or_else(|| invalid(&at, "Expected string"))?;
                Ok(Condition::Prefix(lower, start.to_lowercase()))
            }
            "$contains" => match wanted {
                Value::Object(map) if lower == "relations" => self.relation(map, &at),
                Value::Object(_) => Err(Error::invalid(format!(
                    "Object form of $contains is not supported for field \"{path}\""
                ))),
                other => match primitive(other) {
                    Some(text) => Ok(Condition::In(lower, vec![text])),
                    None => Err(invalid(&at, "Expected a value")),
                },
            },
            _ => Err(invalid(&at, "Expected $exists, $in, $hasPrefix or $contains, Invalid")),
        }
    }

    fn relation(&mut self, map: &Map<String, Value>, at: &str) -> Result<Condition> {
        let Some(r#type) = map.get("type").and_then(Value::as_str) else {
            return Err(Error::invalid(
                "The $contains operator for \"relations\" requires a \"type\" string property",
            ));
        };
        if let Some(other) = map.keys().find(|key| !matches!(key.as_str(), "type" | "targetRef")) {
            return Err(invalid(at, &format!("Unrecognized key(s) in object: '{other}'")));
        }
        let path = format!("relations.{}", r#type.to_lowercase());
        match map.get("targetRef") {
            None => Ok(Condition::Exists(path)),
            Some(Value::String(target)) => Ok(Condition::In(path, vec![target.to_lowercase()])),
            Some(Value::Object(inner)) if inner.len() == 1 && inner.contains_key("$in") => {
                let targets = self.values(&inner["$in"], &below(at, "targetRef.$in"))?;
                Ok(Condition::In(path, targets))
            }
            Some(_) => Err(invalid(&below(at, "targetRef"), "Expected string or {\"$in\": […]}")),
        }
    }

    fn values(&mut self, value: &Value, at: &str) -> Result<Vec<String>> {
        let list = value.as_array().ok_or_else(|| invalid(at, "Expected array"))?;
        let values = list.iter().map(|value| {
            self.take(at)?;
            primitive(value).ok_or_else(|| invalid(at, "Expected a list of values"))
        });
        values.collect()
    }
}

/// A text, number or truth value as it is compared.
fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if !number.is_i64() && !number.is_u64() => float.to_string(),
            _ => number.to_string(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(query: Value, expected: Value) {
        assert_eq!(parse(&query).expect("read").to_json(), expected, "{query}");
    }

    #[test]
    fn predicates_become_conditions() {
        check(json!({}), json!({"$all": []}));
        check(json!({"kind": "API"}), json!({"kind": {"$in": ["api"]}}));
        check(
            json!({"a": 1, "b": true}),
            json!({"$all": [{"a": {"$in": ["1"]}}, {"b": {"$in": ["true"]}}]}),
        );
        check(json!({"a": {"$exists": false}}), json!({"$not": {"a": {"$exists": true}}}));
        check(json!({"a": {"$in": ["X", 2.0]}}), json!({"a": {"$in": ["x", "2"]}}));
        check(json!({"$any": []}), json!({"$any": []}));
        check(
            json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": ["A:b/C"]}}}}),
            json!({"relations.ownedby": {"$in": ["a:b/c"]}}),
        );
        check(
            json!({"relations": {"$contains": {"type": "ownedBy"}}}),
            json!({"relations.ownedby": {"$exists": true}}),
        );
    }

    #[test]
    fn what_is_no_predicate_is_refused() {
        for bad in [
            json!("x"),
            json!([]),
            json!({"$foo": 1}),
            json!({"kind": {"$foo": "x"}}),
            json!({"kind": {"$exists": "yes"}}),
            json!({"kind": ["x"]}),
            json!({"$all": {"kind": "x"}}),
            json!({"$all": [], "kind": "api"}),
            json!({"$not": []}),
            json!({"$not": {"$nope": 1}}),
            json!({"a": {"$contains": {"b": 1}}}),
            json!({"relations": {"$contains": {"targetRef": "x"}}}),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
        let deep = (0..100).fold(json!({}), |inner, _| json!({"$not": inner}));
        assert!(parse(&deep).is_err());
    }
}
