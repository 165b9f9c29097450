//! What stands at a dotted path of an entity, as conditions see it.
//!
//! The rules are those of Backstage: arrays are flattened, `metadata.tags.java` is `true` when
//! the list holds `java`, `relations.<type>` gives targets, keys compare in lower case, and what is
//! longer than `LONGEST` characters is there without a value. The JSON is walked as text: what
//! lies beside the path is passed over without being copied.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Longer values have no text, and longer paths lead nowhere.
const LONGEST: usize = 200;

/// The parts of an entity that are looked into.
const PARTS: [&str; 5] = ["apiversion", "kind", "metadata", "spec", "relations"];

/// Something at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// A text, number or truth value.
    Text(Cow<'a, str>),
    /// `null`, or a value too long to be compared.
    Null,
}

/// Whether something may stand at a path, which is in lower case: it is short enough and begins
/// with a part of an entity that is looked into.
pub fn may_hold(path: &str) -> bool {
    let part = path.split('.').next().unwrap_or_default();
    PARTS.contains(&part) && !too_long(path) && path != "metadata.etag"
}

/// Calls `found` for everything at the path, which is in lower case.
pub fn at_path(json: &[u8], path: &str, found: &mut dyn FnMut(Found<'_>)) {
    if !may_hold(path) {
        return;
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    if let Some(relation) = path.strip_prefix("relations.") {
        let walk = Top { wanted: "relations", inner: Relations { relation, found } };
        // The catalog's own JSON can be read; a fault would show in every other place too.
        let _ = walk.deserialize(&mut deserializer);
    } else {
        let _ = Walk { rest: path, found }.deserialize(&mut deserializer);
    }
}

/// Whether a text has more characters than are compared, counted as Backstage counts them.
pub fn too_long(text: &str) -> bool {
    text.len() > LONGEST && text.encode_utf16().count() > LONGEST
}

/// Whether a text is the wanted one, which is in lower case.
pub fn same(wanted: &str, text: &str) -> bool {
    match text.is_ascii() {
        true => text.eq_ignore_ascii_case(wanted),
        false => text.to_lowercase() == wanted,
    }
}

/// What is left of a path after a key.
fn after<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let cut = |length: usize| path.is_char_boundary(length).then(|| path.split_at(length));
    let (start, rest) = match key.is_ascii() {
        true => cut(key.len().min(path.len()))?,
        false => cut(key.to_lowercase().len().min(path.len()))?,
    };
    if !same(start, key) {
        return None;
    }
    if rest.is_empty() { Some("") } else { rest.strip_prefix('.').filter(|rest| !rest.is_empty()) }
}

struct Walk<'p, 'f> {
    rest: &'p str,
    found: &'f mut dyn FnMut(Found<'_>),
}

impl Walk<'_, '_> {
    fn text<E>(self, text: &str) -> Result<(), E> {
        if self.rest.is_empty() {
            (self.found)(if too_long(text) { Found::Null } else { Found::Text(text.into()) });
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.text(if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.text(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.text(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        // `1.0` reads as `1`, as it does in a browser.
        self.text(&value.to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.text(value)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.rest.is_empty() {
            (self.found)(Found::Null);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Walk { rest, found } = self;
        while list.next_element_seed(Element { rest, found: &mut *found })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Walk { rest, found } = self;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match after(rest, &key.0) {
                Some(rest) if !key.0.is_empty() => {
                    map.next_value_seed(Walk { rest, found: &mut *found })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// An element of a list: what it holds goes on under the list's path, and a text is a key besides.
struct Element<'p, 'f> {
    rest: &'p str,
    found: &'f mut dyn FnMut(Found<'_>),
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Element { rest, found } = self;
        if rest.is_empty() {
            return Walk { rest, found }.deserialize(deserializer);
        }
        deserializer.deserialize_any(Named { rest, found })
    }
}

struct Named<'p, 'f> {
    rest: &'p str,
    found: &'f mut dyn FnMut(Found<'_>),
}

impl<'de> Visitor<'de> for Named<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        if same(self.rest, value) {
            (self.found)(Found::Text("true".into()));
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Walk { rest: self.rest, found: self.found }.visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Walk { rest: self.rest, found: self.found }.visit_map(map)
    }
}

/// A key, borrowed where it stands in the text as it is.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// One key of an object; all others are passed over.
struct Top<'w, T> {
    wanted: &'w str,
    inner: T,
}

impl<'de, T: DeserializeSeed<'de, Value = ()>> DeserializeSeed<'de> for Top<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeSeed<'de, Value = ()>> Visitor<'de> for Top<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Top { wanted, inner } = self;
        let mut inner = Some(inner);
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match inner.take_if(|_| key.0 == wanted) {
                Some(inner) => map.next_value_seed(inner)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The targets of one type of relation.
struct Relations<'p, 'f> {
    relation: &'p str,
    found: &'f mut dyn FnMut(Found<'_>),
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Relation<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    target_ref: Cow<'a, str>,
}

impl<'de> DeserializeSeed<'de> for Relations<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Relations<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("relations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(relation) = list.next_element::<Relation<'de>>()? {
            if same(self.relation, &relation.r#type) {
                let target = relation.target_ref;
                (self.found)(if too_long(&target) { Found::Null } else { Found::Text(target) });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(path: &str, expected: &[&str]) {
        let entity = json!({
            "kind": "Component",
            "metadata": {
                "name": "Shop", "etag": "1", "tags": ["Java", "c++"], "long": "x".repeat(201),
                "annotations": {"example.com/Tier": "One", "a.b": "1", "a": {"b": "2"}},
            },
            "spec": {
                "none": null, "flag": true, "numbers": [1, 2.5, 3.0],
                "items": [{"key": "k1"}, {"key": "K2"}], "matrix": [["a"], ["b"]],
            },
            "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}],
            "status": {"items": [{"level": "error"}]},
        });
        let mut all = Vec::new();
        at_path(entity.to_string().as_bytes(), path, &mut |found| {
            all.push(match found {
                Found::Text(text) => text.into_owned(),
                Found::Null => "(null)".to_owned(),
            });
        });
        assert_eq!(all, expected, "{path}");
    }

    #[test]
    fn paths_lead_where_the_reference_leads() {
        check("kind", &["Component"]);
        check("metadata.tags", &["Java", "c++"]);
        check("metadata.tags.java", &["true"]);
        check("metadata.tags.go", &[]);
        check("metadata.annotations.example.com/tier", &["One"]);
        check("metadata.annotations.a.b", &["1", "2"]);
        check("metadata.long", &["(null)"]);
        check("metadata.etag", &[]);
        check("spec.none", &["(null)"]);
        check("spec.flag", &["true"]);
        check("spec.numbers", &["1", "2.5", "3"]);
        check("spec.numbers.2", &[]);
        check("spec.items", &[]);
        check("spec.items.key", &["k1", "K2"]);
        check("spec.matrix", &["a", "b"]);
        check("spec.matrix.a", &["true"]);
        check("spec", &[]);
        check("relations.ownedby", &["group:default/a"]);
        check("relations", &[]);
        check("status.items.level", &[]);
        check("", &[]);
        check("metadata.", &[]);
    }
}
