//! What may be asked of entities, and who fulfils it.

use super::field::Field;
use super::ranks::{Members, Ranks, any, both, others};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// A condition. Paths and values are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them; without any, everything.
    All(Vec<Condition>),
    /// One of them; without any, nothing.
    Any(Vec<Condition>),
    /// The opposite.
    Not(Box<Condition>),
    /// Something stands at the path.
    Exists(String),
    /// One of these values stands at the path.
    In(String, Vec<String>),
    /// A value that begins so stands at the path.
    Prefix(String, String),
}

impl Condition {
    /// Everything.
    pub fn everything() -> Condition {
        Condition::All(Vec::new())
    }

    /// Both of two conditions.
    pub fn and(self, other: Condition) -> Condition {
        match (self, other) {
            (Condition::All(parts), other) if parts.is_empty() => other,
            (one, Condition::All(parts)) if parts.is_empty() => one,
            (one, other) => Condition::All(vec![one, other]),
        }
    }

    /// Whether it says nothing.
    pub fn is_everything(&self) -> bool {
        matches!(self, Condition::All(parts) if parts.is_empty())
    }

    /// The paths it asks about.
    pub fn paths<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.paths(found));
            }
            Condition::Not(inner) => inner.paths(found),
            Condition::Exists(path) | Condition::In(path, _) | Condition::Prefix(path, _) => {
                found.push(path);
            }
        }
    }

    /// Who of `count` entities fulfils it.
    pub fn select<'a>(&self, fields: &'a Fields, count: usize) -> Selected<'a> {
        let list = |list: Ranks<'a>| Selected::of(list, count);
        match self {
            Condition::All(parts) => {
                let all = Selected::all(count);
                parts.iter().fold(all, |left, part| left.and(|| part.select(fields, count)))
            }
            Condition::Any(parts) => {
                let mut lists = Vec::with_capacity(parts.len());
                for part in parts {
                    match part.select(fields, count).list {
                        Some(list) => lists.push(list),
                        None => return Selected::all(count),
                    }
                }
                list(any(lists))
            }
            Condition::Not(inner) => list(match inner.select(fields, count).list {
                Some(found) => others(&found, count),
                None => Cow::Borrowed(&[]),
            }),
            Condition::Exists(path) => list(Cow::Borrowed(fields.get(path).present())),
            Condition::In(path, values) => {
                let field = fields.get(path);
                if let [value] = values.as_slice()
                    && let Some(value) = field.number(value)
                {
                    let found = list(Cow::Borrowed(field.ranks_of(value)));
                    return Selected { value: Some((field, value)), ..found };
                }
                list(any(values.iter().map(|v| Cow::Borrowed(field.equal(v))).collect()))
            }
            Condition::Prefix(path, start) => list(fields.get(path).prefixed(start)),
        }
    }

    /// Whether something with these values fulfils it; they are in lower case.
    pub fn holds(&self, values: &dyn Fn(&str) -> Option<String>) -> bool {
        match self {
            Condition::All(parts) => parts.iter().all(|part| part.holds(values)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(values)),
            Condition::Not(inner) => !inner.holds(values),
            Condition::Exists(path) => values(path).is_some(),
            Condition::In(path, wanted) => {
                values(path).is_some_and(|value| wanted.contains(&value))
            }
            Condition::Prefix(path, start) => {
                values(path).is_some_and(|value| value.starts_with(start))
            }
        }
    }

    /// The condition as a predicate, in the form in which it is read.
    pub fn to_json(&self) -> Value {
        let list = |parts: &[Condition]| parts.iter().map(Condition::to_json).collect::<Vec<_>>();
        let at =
            |path: &str, value: Value| Value::Object(Map::from_iter([(path.to_owned(), value)]));
        match self {
            Condition::All(parts) => json!({"$all": list(parts)}),
            Condition::Any(parts) => json!({"$any": list(parts)}),
            Condition::Not(inner) => json!({"$not": inner.to_json()}),
            Condition::Exists(path) => at(path, json!({"$exists": true})),
            Condition::In(path, values) => at(path, json!({"$in": values})),
            Condition::Prefix(path, start) => at(path, json!({"$hasPrefix": start})),
        }
    }
}

/// The fields that a query needs, by path.
#[derive(Default)]
pub struct Fields(Vec<(String, Arc<Field>)>);

impl Fields {
    /// Adds the field of a path.
    pub fn add(&mut self, path: &str, field: Arc<Field>) {
        self.0.push((path.to_owned(), field));
    }

    /// The field of a path that was gathered.
    pub fn get(&self, path: &str) -> &Field {
        static NOTHING: Field = Field::nothing();
        self.0.iter().find(|(known, _)| known == path).map_or(&NOTHING, |(_, field)| field)
    }
}

/// Some of all entities.
pub struct Selected<'a> {
    /// Their ranks; nothing when they are all.
    pub list: Option<Ranks<'a>>,
    /// How many entities there are altogether.
    pub count: usize,
    /// The value that they are all those of, where there is one.
    value: Option<(&'a Field, usize)>,
}

impl<'a> Selected<'a> {
    /// All of so many entities.
    pub fn all(count: usize) -> Selected<'a> {
        Selected { list: None, count, value: None }
    }

    /// Those of a list, among so many.
    pub fn of(list: Ranks<'a>, count: usize) -> Selected<'a> {
        Selected { list: Some(list), count, value: None }
    }

    /// Those of them that are also among others, who are looked for only when that matters.
    pub fn and(self, other: impl FnOnce() -> Selected<'a>) -> Selected<'a> {
        match self.list {
            Some(ref list) if list.is_empty() => self,
            Some(list) => match other().list {
                Some(more) => Selected::of(both(list, more), self.count),
                None => Selected { list: Some(list), ..self },
            },
            None => other(),
        }
    }

    /// How many they are.
    pub fn total(&self) -> usize {
        self.list.as_ref().map_or(self.count, |list| list.len())
    }

    /// For questions about single ones.
    pub fn members(&self) -> Arc<Members> {
        match (&self.list, self.value) {
            (None, _) => Arc::new(Members::All),
            (Some(_), Some((field, value))) => field.members_of(value, self.count),
            (Some(list), None) => Arc::new(Members::of(list, self.count)),
        }
    }
}
