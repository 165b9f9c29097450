//! Values of the template language and the place where lists and records live.
//!
//! Lists can be changed by a template (`list.push(x)`), and every name of a list sees the change.
//! They live in a heap that belongs to one render and are named by index: nothing is shared with the
//! caller's data, a long chain of lists inside lists is dropped without recursion, and data of the
//! context is only copied, level by level, where a template looks at it.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use crate::pattern::Pattern;
use crate::text::Text;

/// A value inside the interpreter.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// What a missing name or property gives.
    Undefined,
    /// `none`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A text.
    Text(Text),
    /// A text marked as needing no escaping; an object of its own as far as `===` and tests go.
    Safe(Text),
    /// A list in the heap.
    List(ListId),
    /// A record in the heap.
    Record(RecordId),
    /// A regular expression literal.
    Pattern(Arc<Pattern>, PatternId),
    /// Something that can be called.
    Callable(Callable),
}

/// Names a list of the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ListId(u32);

/// Names a record of the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RecordId(u32);

/// Tells one evaluation of a regular expression literal from another, and finds its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PatternId(u32);

/// What can be called, apart from filters and tests.
#[derive(Debug, Clone)]
pub(crate) enum Callable {
    /// A built-in function, by its index.
    Builtin(usize),
    /// A function of the host, by its index.
    Host(usize),
    /// A macro, or the body of a `call` block.
    Macro(usize),
    /// What `joiner()` gave, by index of its state.
    Joiner(usize),
    /// `next` of a cycler.
    CyclerNext(usize),
    /// `reset` of a cycler.
    CyclerReset(usize),
    /// A method together with the value it belongs to.
    Method(Box<Value>, usize),
}

impl Value {
    /// The word for this kind of value in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) | Self::Safe(_) => "string",
            Self::List(_) => "array",
            Self::Record(_) => "record",
            Self::Pattern(..) => "regular expression",
            Self::Callable(_) => "callable",
        }
    }

    /// Whether a condition holds: only `false`, `0`, NaN, the empty text, null and undefined do not.
    pub(crate) fn truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// Whether the value is null or undefined.
    pub(crate) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// A text value.
    pub(crate) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// A whole number, as lengths and indices are.
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }
}

/// A record: keys keep the order in which they were added, except that those that are array
/// indices come first in ascending order, as in JavaScript.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    entries: IndexMap<Text, Value>,
    indexed: bool,
}

impl Record {
    /// The value under `key`.
    pub(crate) fn get(&self, key: &Text) -> Option<&Value> {
        self.entries.get(key)
    }

    /// Sets the value under `key`.
    pub(crate) fn insert(&mut self, key: Text, value: Value) {
        self.indexed |= array_index(&key).is_some();
        self.entries.insert(key, value);
    }

    /// The values, in no particular order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.values()
    }

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Keys and values in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (&Text, &Value)> + '_> {
        if !self.indexed {
            return Box::new(self.entries.iter());
        }
        let mut ordered: Vec<_> = self.entries.iter().collect();
        ordered.sort_by_key(|(key, _)| array_index(key).map_or(u64::MAX, u64::from));
        Box::new(ordered.into_iter())
    }
}

impl FromIterator<(Text, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(entries: I) -> Self {
        let mut record = Self::default();
        for (key, value) in entries {
            record.insert(key, value);
        }
        record
    }
}

/// The number a key stands for when it is an array index written canonically.
pub(crate) fn array_index(key: &Text) -> Option<u32> {
    let key = key.as_utf8()?;
    let canonical = key == "0"
        || (key.len() <= 10 && !key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    if canonical { key.parse().ok().filter(|index| *index != u32::MAX) } else { None }
}

/// Lists, records and the state of callables of one render.
#[derive(Debug, Default)]
pub(crate) struct Heap<'c> {
    lists: Vec<ListCell<'c>>,
    records: Vec<RecordCell<'c>>,
    /// Where a global or sticky regular expression goes on.
    pattern_positions: Vec<usize>,
}

#[derive(Debug)]
enum ListCell<'c> {
    Borrowed(&'c [Json]),
    Owned(Vec<Value>),
}

#[derive(Debug)]
enum RecordCell<'c> {
    Borrowed(&'c Map<String, Json>),
    Owned(Record),
}

impl<'c> Heap<'c> {
    /// A value of the context; its inner lists and records are taken over only when looked at.
    pub(crate) fn import(&mut self, json: &'c Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::text(text.as_str()),
            Json::Array(items) => {
                self.lists.push(ListCell::Borrowed(items));
                Value::List(ListId(last_index(self.lists.len())))
            }
            Json::Object(entries) => {
                self.records.push(RecordCell::Borrowed(entries));
                Value::Record(RecordId(last_index(self.records.len())))
            }
        }
    }

    /// A value the heap may keep without its source, as a host function returns it.
    pub(crate) fn import_owned(&mut self, json: Json) -> Value {
        match json {
            Json::Array(items) => {
                let items = items.into_iter().map(|item| self.import_owned(item)).collect();
                self.new_list(items)
            }
            Json::Object(entries) => {
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| (key.into(), self.import_owned(value)))
                    .collect();
                self.new_record(entries)
            }
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(value),
            Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::text(text),
        }
    }

    /// A new list.
    pub(crate) fn new_list(&mut self, items: Vec<Value>) -> Value {
        self.lists.push(ListCell::Owned(items));
        Value::List(ListId(last_index(self.lists.len())))
    }

    /// A new record.
    pub(crate) fn new_record(&mut self, record: Record) -> Value {
        self.records.push(RecordCell::Owned(record));
        Value::Record(RecordId(last_index(self.records.len())))
    }

    /// A regular expression value with a state of its own.
    pub(crate) fn new_pattern(&mut self, pattern: Arc<Pattern>) -> Value {
        self.pattern_positions.push(0);
        Value::Pattern(pattern, PatternId(last_index(self.pattern_positions.len())))
    }

    /// Where a global or sticky regular expression goes on searching.
    pub(crate) fn pattern_position(&mut self, id: PatternId) -> &mut usize {
        &mut self.pattern_positions[id.0 as usize]
    }

    /// The items of a list.
    pub(crate) fn list(&mut self, id: ListId) -> &mut Vec<Value> {
        if let ListCell::Borrowed(items) = self.lists[id.0 as usize] {
            let items = items.iter().map(|item| self.import(item)).collect();
            self.lists[id.0 as usize] = ListCell::Owned(items);
        }
        match &mut self.lists[id.0 as usize] {
            ListCell::Owned(items) => items,
            ListCell::Borrowed(_) => unreachable!("the list was taken over just above"),
        }
    }

    /// The entries of a record.
    pub(crate) fn record(&mut self, id: RecordId) -> &mut Record {
        if let RecordCell::Borrowed(entries) = self.records[id.0 as usize] {
            let record = entries
                .iter()
                .map(|(key, value)| (Text::from(key.as_str()), self.import(value)))
                .collect();
            self.records[id.0 as usize] = RecordCell::Owned(record);
        }
        match &mut self.records[id.0 as usize] {
            RecordCell::Owned(record) => record,
            RecordCell::Borrowed(_) => unreachable!("the record was taken over just above"),
        }
    }
}

fn last_index(len: usize) -> u32 {
    // The work limit stops a render long before four thousand million lists.
    u32::try_from(len - 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn context_data_is_taken_over_level_by_level_and_keeps_its_identity() {
        let json = json!({"list": [1, [2]]});
        let mut heap = Heap::default();
        let Value::Record(root) = heap.import(&json) else { panic!("a record") };
        let Some(Value::List(list)) = heap.record(root).get(&"list".into()).cloned() else {
            panic!("a list")
        };
        heap.list(list).push(Value::Null);
        let Some(Value::List(again)) = heap.record(root).get(&"list".into()).cloned() else {
            panic!("a list")
        };
        assert_eq!(list, again);
        assert_eq!(heap.list(again).len(), 3);
    }

    #[test]
    fn index_keys_come_first_in_ascending_order() {
        let record: Record = ["b", "10", "2", "01", "4294967295"]
            .map(|key| (Text::from(key), Value::Null))
            .into_iter()
            .collect();
        let keys: Vec<_> = record.iter().map(|(key, _)| key.to_str().into_owned()).collect();
        assert_eq!(keys, ["2", "10", "b", "01", "4294967295"]);
    }
}
