//! The kinds of a tenant, ready to be checked against.

mod rules;
mod schema;

pub use schema::MAX_BYTES as MAX_SCHEMA_BYTES;

use crate::item::hex;
use jsonschema::Validator;
use model::FieldError;
use model::graph;
use model::kind::Kinds;
use model::kind::definition::{CustomKind, KindDefinition};
use model::kind::shape::Misfit;
use model::kind::view::KindLook;
use rules::check;
use schema::{compile, misfits};
use serde_json::Value;
use sha1::{Digest, Sha1};
use std::collections::HashMap;

/// The kinds that were added to the built-in ones.
#[derive(Debug, Default)]
pub struct KindSet {
    kinds: Vec<Box<dyn CustomKind>>,
    looks: Vec<KindLook>,
    fingerprint: String,
    /// The relations that lead back, each with the one that leads there.
    backward: HashMap<String, String>,
}

/// A kind with its schema.
#[derive(Debug)]
struct Compiled {
    definition: KindDefinition,
    validator: Validator,
}

impl CustomKind for Compiled {
    fn definition(&self) -> &KindDefinition {
        &self.definition
    }

    fn check(&self, spec: &Value, pointer: &str) -> Vec<Misfit> {
        misfits(&self.validator, spec, pointer)
    }
}

impl KindSet {
    /// Kinds from their definitions; an error says what is wrong with which of them, by its
    /// number: `/0/schema/type`.
    pub fn new(definitions: Vec<KindDefinition>) -> Result<KindSet, Vec<FieldError>> {
        let mut set = KindSet::default();
        let mut errors = Vec::new();
        for (index, definition) in definitions.into_iter().enumerate() {
            match set.with(definition) {
                Ok(compiled) => set.push(compiled),
                Err(found) => errors.extend(found.into_iter().map(|error| {
                    FieldError::new(format!("/{index}{}", error.path), error.message)
                })),
            }
        }
        set.finish();
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// As [`KindSet::new`], without those that cannot be used, which are reported to `refused`.
    pub fn lenient(
        definitions: Vec<KindDefinition>,
        refused: impl Fn(&str, &[FieldError]),
    ) -> KindSet {
        let mut set = KindSet::default();
        for definition in definitions {
            let name = definition.name.clone();
            match set.with(definition) {
                Ok(compiled) => set.push(compiled),
                Err(errors) => refused(&name, &errors),
            }
        }
        set.finish();
        set
    }

    /// These and one more; an error says what is wrong with it: `/schema/type`.
    pub fn and(mut self, definition: KindDefinition) -> Result<KindSet, Vec<FieldError>> {
        let compiled = self.with(definition)?;
        self.push(compiled);
        self.finish();
        Ok(self)
    }

    fn with(&self, definition: KindDefinition) -> Result<Compiled, Vec<FieldError>> {
        let others: Vec<&KindDefinition> = self.definitions().collect();
        let mut errors = check(&definition, &others);
        match compile(&definition.schema) {
            Ok(validator) if errors.is_empty() => return Ok(Compiled { definition, validator }),
            Ok(_) => {}
            Err(fault) => {
                errors.push(FieldError::new(format!("/schema{}", fault.pointer), fault.message));
            }
        }
        Err(errors)
    }

    fn push(&mut self, compiled: Compiled) {
        self.kinds.push(Box::new(compiled));
    }

    fn finish(&mut self) {
        self.kinds.sort_by(|left, right| left.definition().name.cmp(&right.definition().name));
        let mut text = String::new();
        let (mut looks, mut backward) = (Vec::new(), HashMap::new());
        for definition in self.kinds.iter().map(|kind| kind.definition()) {
            // Texts, lists and JSON values cannot fail to become JSON.
            text.push_str(&serde_json::to_string(definition).unwrap_or_default());
            looks.push(KindLook {
                name: definition.name.to_lowercase(),
                title: definition.shown_title().to_owned(),
                plural: definition.shown_plural(),
                icon: definition.icon.clone(),
            });
            for relation in &definition.relations {
                let known = graph::opposite(&relation.outgoing).is_some()
                    || backward.contains_key(&relation.outgoing);
                if !known {
                    backward.insert(relation.incoming.clone(), relation.outgoing.clone());
                }
            }
        }
        self.fingerprint = if text.is_empty() { text } else { hex(&Sha1::digest(&text)) };
        (self.looks, self.backward) = (looks, backward);
    }

    /// All of them, for reading descriptors.
    pub fn kinds(&self) -> Kinds<'_> {
        Kinds(&self.kinds)
    }

    /// What their administrators say about them, by name.
    pub fn definitions(&self) -> impl Iterator<Item = &KindDefinition> {
        self.kinds.iter().map(|kind| kind.definition())
    }

    /// The definition of a kind, in any letter case.
    pub fn definition(&self, name: &str) -> Option<&KindDefinition> {
        self.kinds().custom(name).map(CustomKind::definition)
    }

    /// What people call an entity of a kind.
    pub fn title<'a>(&'a self, kind: &'a str) -> &'a str {
        self.definition(kind).map_or(kind, KindDefinition::shown_title)
    }

    /// What every page needs to know of them.
    pub fn looks(&self) -> &[KindLook] {
        &self.looks
    }

    /// What tells this set from others; empty when there is none.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether a relation is drawn from its target to its source, as its opposite.
    pub fn is_backward(&self, relation_type: &str) -> bool {
        graph::is_backward(relation_type) || self.backward.contains_key(relation_type)
    }

    /// The relation as which one that leads back is drawn.
    pub fn forward(&self, relation_type: &str) -> Option<&str> {
        match graph::is_backward(relation_type) {
            true => graph::opposite(relation_type),
            false => self.backward.get(relation_type).map(String::as_str),
        }
    }
}
