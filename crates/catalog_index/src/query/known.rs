//! Which paths any entity has something at, so that a question about another one costs nothing.

use super::path::too_long;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{PoisonError, RwLock};

/// Paths that every catalog has; they are not looked up.
const USUAL: [&str; 18] = [
    "apiversion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.title",
    "metadata.description",
    "metadata.tags",
    "spec.type",
    "spec.lifecycle",
    "spec.owner",
    "spec.system",
    "spec.domain",
    "spec.profile.displayname",
    "relations.ownedby",
    "relations.ownerof",
    "relations.partof",
    "relations.haspart",
];

/// The paths of all entities that were ever looked at, by hash: one that is not among them leads
/// nowhere. Those of entities that are gone stay until a restart; they cost a look.
#[derive(Default)]
pub struct KnownPaths {
    hasher: RandomState,
    hashes: RwLock<HashSet<u64>>,
}

impl KnownPaths {
    /// Whether it can be said without looking that something may stand at a path.
    pub fn is_usual(path: &str) -> bool {
        USUAL.contains(&path)
    }

    /// Whether something may stand at a path, which is in lower case.
    pub fn may_have(&self, path: &str) -> bool {
        let hash = self.hasher.hash_one(path);
        self.hashes.read().unwrap_or_else(PoisonError::into_inner).contains(&hash)
    }

    /// Adds the paths of one entity's JSON.
    pub fn add(&self, json: &[u8]) {
        let mut found = HashSet::new();
        let mut path = String::new();
        let mut add = |path: &str| {
            found.insert(self.hasher.hash_one(path));
        };
        let walk = Walk { path: &mut path, found: &mut add, in_relations: false };
        // The catalog's own JSON can be read.
        let _ = walk.deserialize(&mut serde_json::Deserializer::from_slice(json));
        let known = self.hashes.read().unwrap_or_else(PoisonError::into_inner);
        found.retain(|hash| !known.contains(hash));
        drop(known);
        if !found.is_empty() {
            self.hashes.write().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
    }
}

/// Walks through a value; `path` is where it stands.
struct Walk<'w> {
    path: &'w mut String,
    found: &'w mut dyn FnMut(&str),
    in_relations: bool,
}

impl Walk<'_> {
    fn here<E>(self) -> Result<(), E> {
        (self.found)(self.path);
        Ok(())
    }

    /// What stands at a key below the path.
    fn below(&mut self, key: &str, then: impl FnOnce(&mut Walk<'_>)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        match key.is_ascii() {
            true => self.path.extend(key.bytes().map(|byte| char::from(byte.to_ascii_lowercase()))),
            false => self.path.push_str(&key.to_lowercase()),
        }
        let mut inner =
            Walk { path: self.path, found: self.found, in_relations: self.in_relations };
        then(&mut inner);
        self.path.truncate(length);
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.here()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.here()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.here()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.here()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.here()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.here()
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let in_relations = self.in_relations || self.path == "relations";
        loop {
            let element = Element(Walk { path: self.path, found: self.found, in_relations });
            let Some(text) = list.next_element_seed(element)? else { return Ok(()) };
            // A text in a list is a key of it besides.
            if let Some(text) = text.filter(|text| !too_long(text)) {
                self.below(&text, |inner| (inner.found)(inner.path));
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let mut outcome = Ok(());
            let is_type = self.in_relations && key == "type";
            if is_type {
                let r#type: std::borrow::Cow<'de, str> = map.next_value()?;
                // Relations are asked for by their type.
                self.below(&r#type, |inner| (inner.found)(inner.path));
                continue;
            }
            self.below(&key, |inner| {
                let walk =
                    Walk { path: inner.path, found: inner.found, in_relations: inner.in_relations };
                outcome = map.next_value_seed(walk);
            });
            outcome?;
        }
        Ok(())
    }
}

/// An element of a list; its text, when it is one.
struct Element<'w>(Walk<'w>);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        self.0.here().map(|()| None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        self.0.here().map(|()| None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        self.0.here().map(|()| None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        self.0.here().map(|()| None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        self.0.here().map(|()| None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.0.here().map(|()| Some(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.0.visit_seq(list).map(|()| None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.0.visit_map(map).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::at_path;
    use super::*;

    const JSON: &str = r#"{"kind": "Component", "metadata": {"name": "a", "tags": ["Java", "x.y"],
        "annotations": {"Example.com/A": "1", "é": null}, "links": [{"url": "u"}, {"url": "v"}]},
        "spec": {"deep": [[{"k": true}], 5, {"l": []}], "empty": {}},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}]}"#;

    #[test]
    fn every_path_that_leads_somewhere_is_known() {
        let known = KnownPaths::default();
        known.add(JSON.as_bytes());
        for path in [
            "kind",
            "metadata.tags",
            "metadata.tags.java",
            "metadata.tags.x.y",
            "metadata.annotations.example.com/a",
            "metadata.annotations.é",
            "metadata.links.url",
            "spec.deep",
            "spec.deep.k",
            "relations.ownedby",
        ] {
            let mut found = 0;
            at_path(JSON.as_bytes(), path, &mut |_| found += 1);
            assert!(found > 0, "{path} leads somewhere");
            assert!(known.may_have(path), "{path}");
        }
        for path in ["metadata.nothing", "spec.deep.k.l", "metadata.tags.ja", "spec.empty"] {
            assert!(!known.may_have(path), "{path}");
        }
    }
}
