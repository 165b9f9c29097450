//! Shapes of JSON values, as much of JSON Schema as entities need, and what does not fit them.
//!
//! The texts are those of the validator that users of such catalogs know and search for.

use serde_json::{Map, Value};

/// What a value has to be.
#[derive(Debug)]
pub enum Rule {
    /// A text of at least so many characters.
    Text {
        /// The fewest characters.
        min: usize,
    },
    /// A text or a truth value.
    TextOrBoolean,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of such values.
    List(&'static Rule),
    /// An object of this shape.
    Object(&'static Shape),
    /// Exactly one of two.
    Either(&'static Rule, &'static Rule),
}

/// What an object has to hold.
#[derive(Debug)]
pub struct Shape {
    /// Keys that must be there.
    pub required: &'static [&'static str],
    /// What known keys hold.
    pub properties: &'static [(&'static str, Rule)],
    /// What other keys hold; anything when it is not said.
    pub others: Option<&'static Rule>,
    /// Whether other keys are refused.
    pub closed: bool,
}

/// A value that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// JSON pointer of the value.
    pub pointer: String,
    /// What is wrong with it: `must be string`.
    pub message: String,
    /// The rule's parameter: `type: string`.
    pub detail: String,
}

impl Shape {
    /// An object with anything in it.
    pub const OPEN: Shape = Shape { required: &[], properties: &[], others: None, closed: false };

    /// Adds everything in an object that does not fit, the most important first.
    pub fn check(
        &self,
        object: &Map<String, Value>,
        pointer: &mut String,
        found: &mut Vec<Misfit>,
    ) {
        for key in self.required {
            if !object.contains_key(*key) {
                found.push(Misfit {
                    pointer: pointer.clone(),
                    message: format!("must have required property '{key}'"),
                    detail: format!("missingProperty: {key}"),
                });
            }
        }
        if self.closed || self.others.is_some() {
            for (key, value) in object {
                if self.properties.iter().any(|(name, _)| name == key) {
                    continue;
                }
                if self.closed {
                    found.push(Misfit {
                        pointer: pointer.clone(),
                        message: "must NOT have additional properties".to_owned(),
                        detail: format!("additionalProperty: {key}"),
                    });
                }
                if let Some(rule) = self.others {
                    within(pointer, key, |pointer| rule.check(value, pointer, found));
                }
            }
        }
        for (key, rule) in self.properties {
            if let Some(value) = object.get(*key) {
                within(pointer, key, |pointer| rule.check(value, pointer, found));
            }
        }
    }
}

impl Rule {
    /// Adds everything in a value that does not fit, the most important first.
    pub fn check(&self, value: &Value, pointer: &mut String, found: &mut Vec<Misfit>) {
        match (self, value) {
            (Rule::Text { min }, Value::String(text)) => {
                if text.chars().count() < *min {
                    found.push(Misfit {
                        pointer: pointer.clone(),
                        message: format!("must NOT have fewer than {min} characters"),
                        detail: format!("limit: {min}"),
                    });
                }
            }
            (Rule::TextOrBoolean, Value::String(_) | Value::Bool(_)) => {}
            (Rule::OneOf(allowed), Value::String(text)) => {
                if !allowed.contains(&text.as_str()) {
                    found.push(Misfit {
                        pointer: pointer.clone(),
                        message: "must be equal to one of the allowed values".to_owned(),
                        detail: format!("allowedValues: {}", allowed.join(",")),
                    });
                }
            }
            (Rule::List(rule), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let index = index.to_string();
                    within(pointer, &index, |pointer| rule.check(item, pointer, found));
                }
            }
            (Rule::Object(shape), Value::Object(object)) => shape.check(object, pointer, found),
            (Rule::Either(first, second), _) => {
                let mut misfits = Vec::new();
                first.check(value, pointer, &mut misfits);
                if misfits.is_empty() {
                    return;
                }
                let tried = misfits.len();
                second.check(value, pointer, &mut misfits);
                if misfits.len() > tried {
                    found.append(&mut misfits);
                }
            }
            _ => {
                let expected = self.type_name();
                found.push(Misfit {
                    pointer: pointer.clone(),
                    message: format!("must be {expected}"),
                    detail: format!("type: {expected}"),
                });
            }
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Rule::Text { .. } | Rule::OneOf(_) => "string",
            Rule::TextOrBoolean => "string,boolean",
            Rule::List(_) => "array",
            Rule::Object(_) => "object",
            Rule::Either(first, _) => first.type_name(),
        }
    }
}

/// The pointer of a key in the object at a pointer.
pub fn join(pointer: &str, key: &str) -> String {
    let mut pointer = pointer.to_owned();
    push(&mut pointer, key);
    pointer
}

/// Does something with the pointer of a key in the object at a pointer.
pub fn within<T>(pointer: &mut String, key: &str, act: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    push(pointer, key);
    let result = act(pointer);
    pointer.truncate(length);
    result
}

fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    for c in key.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(c),
        }
    }
}
