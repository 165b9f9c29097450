//! `fields=metadata.name,spec.type`: parts of entities instead of whole ones.

use bytes::Bytes;
use model::{Error, Result};
use serde_json::{Map, Value};

/// So many different paths may be asked for at once.
const MOST_PATHS: usize = 100;

/// So many dots a path may hold: each may end a key, so each is tried.
const MOST_DOTS: usize = 32;

/// The parts that are asked for.
#[derive(Debug, Clone, Default)]
pub struct Projection(Vec<String>);

impl Projection {
    /// Reads lists of paths; without any path the whole entity is meant.
    pub fn parse(lists: &[String]) -> Result<Projection> {
        let mut paths: Vec<String> = Vec::new();
        let parts = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
        for path in parts.filter(|path| !path.is_empty()) {
            if path.contains('[') {
                return Err(Error::invalid(format!(
                    "Invalid field \"{path}\", array type fields are not supported"
                )));
            }
            if path.matches('.').count() > MOST_DOTS {
                return Err(Error::invalid(format!(
                    "Invalid field: a path has at most {MOST_DOTS} dots."
                )));
            }
            if !paths.iter().any(|known| known == path) {
                paths.push(path.to_owned());
            }
            if paths.len() > MOST_PATHS {
                return Err(Error::invalid(format!(
                    "Too many fields: at most {MOST_PATHS} can be asked for at once."
                )));
            }
        }
        Ok(Projection(paths))
    }

    /// The parts of an entity.
    pub fn apply(&self, json: Bytes) -> Bytes {
        if self.0.is_empty() {
            return json;
        }
        let Ok(entity) = serde_json::from_slice::<Value>(&json) else { return json };
        let mut parts = Value::Object(Map::new());
        for path in &self.0 {
            if let Some((keys, value)) = find(&entity, path) {
                put(&mut parts, &keys, value.clone());
            }
        }
        Bytes::from(parts.to_string())
    }
}

/// The value at a path with the keys that lead there. A key may hold dots itself.
fn find<'v, 'p>(value: &'v Value, path: &'p str) -> Option<(Vec<&'p str>, &'v Value)> {
    let map = value.as_object()?;
    let dots = path.match_indices('.').map(|(at, _)| at);
    let deeper = dots.filter_map(|at| {
        let (mut keys, found) = find(map.get(&path[..at])?, &path[at + 1..])?;
        keys.insert(0, &path[..at]);
        Some((keys, found))
    });
    deeper.chain(map.get(path).map(|found| (vec![path], found))).next()
}

fn put(target: &mut Value, keys: &[&str], value: Value) {
    let Some((last, first)) = keys.split_last() else { return };
    let mut place = target;
    for key in first {
        let Value::Object(map) = place else { return };
        place = map.entry((*key).to_owned()).or_insert_with(|| Value::Object(Map::new()));
    }
    if let Value::Object(map) = place {
        map.insert((*last).to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(fields: &str, expected: Value) {
        let entity = json!({
            "kind": "Component",
            "metadata": {
                "name": "shop", "annotations": {"example.com/a.b": "1", "example": {"x": 2}},
                "links": [{"url": "u"}],
            },
        });
        let projection = Projection::parse(&[fields.to_owned()]).expect("read");
        let parts = projection.apply(Bytes::from(entity.to_string()));
        let parts: Value = serde_json::from_slice(&parts).expect("JSON");
        assert_eq!(parts, expected, "{fields}");
    }

    #[test]
    fn parts_keep_their_places() {
        check("kind", json!({"kind": "Component"}));
        check("kind,,metadata.name", json!({"kind": "Component", "metadata": {"name": "shop"}}));
        check(
            "metadata.annotations.example.com/a.b",
            json!({"metadata": {"annotations": {"example.com/a.b": "1"}}}),
        );
        check(
            "metadata.annotations.example.x",
            json!({"metadata": {"annotations": {"example": {"x": 2}}}}),
        );
        for nothing in ["Kind", "metadata.links.url", "spec", "metadata.name.x", "."] {
            check(nothing, json!({}));
        }
        assert!(Projection::parse(&["metadata.tags[0]".to_owned()]).is_err());
        let many = |count: usize| (0..count).map(|n| format!("a{n}")).collect::<Vec<_>>();
        assert!(Projection::parse(&many(MOST_PATHS)).is_ok());
        assert!(Projection::parse(&many(MOST_PATHS + 1)).is_err());
        assert!(Projection::parse(&["a.".repeat(MOST_DOTS + 1)]).is_err());
    }
}
