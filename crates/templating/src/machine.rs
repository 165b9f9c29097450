//! Conversions, comparisons and look-ups of values, with JavaScript's rules.
//!
//! Everything here may be fed by a hostile template: walks over values are bounded in depth, and
//! what they do is paid for from the budget.

use std::cmp::Ordering;

use crate::error::{Fail, Res};
use crate::limits::{Budget, VALUE_DEPTH, check_size, too_nested};
use crate::number;
use crate::text::{Buffer, Text};
use crate::value::{Callable, Heap, ListId, Record, RecordId, Value, array_index};

/// What filters, tests and methods work with.
pub(crate) struct Machine<'c> {
    pub(crate) heap: Heap<'c>,
    pub(crate) budget: Budget,
    pub(crate) settings: &'c Settings,
    /// State of the callables that have one.
    pub(crate) joiners: Vec<Joiner>,
    pub(crate) cyclers: Vec<Cycler>,
    /// State of the `random` filter.
    pub(crate) random: u64,
}

/// What an engine was built with, as far as rendering is concerned.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) cookiecutter: bool,
    pub(crate) hosts: crate::repo_url::RepoHosts,
}

/// What `joiner(separator)` remembers.
pub(crate) struct Joiner {
    pub(crate) separator: Value,
    pub(crate) started: bool,
}

/// What `cycler(a, b)` remembers.
pub(crate) struct Cycler {
    pub(crate) items: Vec<Value>,
    pub(crate) next: usize,
    pub(crate) record: Option<RecordId>,
}

/// The failure of using a function where a value is needed.
pub(crate) fn callable_used() -> Box<Fail> {
    Fail::new("Callable values cannot be coerced; call the function or leave it out")
}

#[expect(
    clippy::wrong_self_convention,
    reason = "conversions spend the budget, so they change the machine"
)]
impl<'c> Machine<'c> {
    /// A machine with an empty heap.
    pub(crate) fn new(settings: &'c Settings) -> Self {
        Self {
            heap: Heap::default(),
            budget: Budget::new(),
            settings,
            joiners: Vec::new(),
            cyclers: Vec::new(),
            random: seed(),
        }
    }

    /// A new list, paid for and checked.
    pub(crate) fn list(&mut self, items: Vec<Value>) -> Res<Value> {
        self.budget.work(items.len())?;
        check_size(items.len())?;
        Ok(self.heap.new_list(items))
    }

    /// A new list of texts.
    pub(crate) fn texts<T: Into<Text>>(
        &mut self,
        items: impl IntoIterator<Item = T>,
    ) -> Res<Value> {
        let items = items.into_iter().map(|item| Value::Text(item.into())).collect();
        self.list(items)
    }

    /// A new record, paid for and checked.
    pub(crate) fn record(&mut self, record: Record) -> Res<Value> {
        self.budget.work(record.len())?;
        check_size(record.len())?;
        Ok(self.heap.new_record(record))
    }

    /// A copy of a list's items.
    pub(crate) fn items(&mut self, id: ListId) -> Res<Vec<Value>> {
        let items = self.heap.list(id);
        let count = items.len();
        let items = items.clone();
        self.budget.work(count)?;
        Ok(items)
    }

    /// A text, paid for.
    pub(crate) fn made(&mut self, text: impl Into<Text>) -> Res<Value> {
        let text = text.into();
        self.budget.text(text.bytes())?;
        Ok(Value::Text(text))
    }

    /// What `String(value)` gives.
    pub(crate) fn to_text(&mut self, value: &Value) -> Res<Text> {
        Ok(match value {
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(true) => "true".into(),
            Value::Bool(false) => "false".into(),
            Value::Number(number) => number::to_text(*number).into(),
            Value::Text(text) | Value::Safe(text) => text.clone(),
            Value::List(id) => {
                let mut out = Buffer::new();
                self.write_list(*id, &",".into(), &mut out, 0)?;
                out.into_text()
            }
            Value::Record(id) => {
                self.refuse_callables(*id)?;
                "[object Object]".into()
            }
            Value::Pattern(pattern, _) => pattern.source.as_str().into(),
            Value::Callable(_) => return Err(callable_used()),
        })
    }

    /// What printing a value gives: as [`Self::to_text`], but nothing for null and undefined.
    pub(crate) fn to_output(&mut self, value: &Value) -> Res<Text> {
        if value.is_nullish() { Ok("".into()) } else { self.to_text(value) }
    }

    /// A list's items as texts with a separator in between.
    pub(crate) fn join(&mut self, id: ListId, separator: &Text) -> Res<Text> {
        let mut out = Buffer::new();
        self.write_list(id, separator, &mut out, 0)?;
        Ok(out.into_text())
    }

    fn write_list(
        &mut self,
        id: ListId,
        separator: &Text,
        out: &mut Buffer,
        depth: usize,
    ) -> Res<()> {
        if depth >= VALUE_DEPTH {
            return Err(too_nested());
        }
        let mut at = 0;
        while let Some(item) = self.heap.list(id).get(at).cloned() {
            self.budget.work(1)?;
            let before = out.bytes();
            if at > 0 {
                out.push(separator);
            }
            match item {
                Value::Undefined | Value::Null => {}
                Value::List(inner) => self.write_list(inner, &",".into(), out, depth + 1)?,
                item => out.push(&self.to_text(&item)?),
            }
            self.budget.text(out.bytes() - before)?;
            if out.bytes() > crate::limits::FILTER_INPUT_BYTES {
                return Err(crate::limits::output_too_long());
            }
            at += 1;
        }
        Ok(())
    }

    /// A record with functions in it is no data.
    fn refuse_callables(&mut self, id: RecordId) -> Res<()> {
        let callable = |value: &Value| matches!(value, Value::Callable(_));
        let record = self.heap.record(id);
        let (len, found) = (record.len(), record.values().any(callable));
        self.budget.work(len / 16)?;
        if found { Err(callable_used()) } else { Ok(()) }
    }

    /// What `Number(value)` gives.
    pub(crate) fn to_number(&mut self, value: &Value) -> Res<f64> {
        Ok(match value {
            Value::Undefined => f64::NAN,
            Value::Null => 0.0,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(number) => *number,
            other => number::from_text(&self.to_text(other)?.to_str()),
        })
    }

    /// An object as the primitive that operators work with.
    pub(crate) fn primitive(&mut self, value: &Value) -> Res<Value> {
        match value {
            Value::Safe(_) | Value::List(_) | Value::Record(_) | Value::Pattern(..) => {
                Ok(Value::Text(self.to_text(value)?))
            }
            Value::Callable(_) => Err(callable_used()),
            other => Ok(other.clone()),
        }
    }

    /// `a + b`.
    pub(crate) fn add(&mut self, a: &Value, b: &Value) -> Res<Value> {
        let (a, b) = (self.primitive(a)?, self.primitive(b)?);
        if matches!(a, Value::Text(_)) || matches!(b, Value::Text(_)) {
            let (a, b) = (self.to_text(&a)?, self.to_text(&b)?);
            self.budget.text(a.bytes() + b.bytes())?;
            return Ok(Value::Text(a.concat(&b)));
        }
        Ok(Value::Number(self.to_number(&a)? + self.to_number(&b)?))
    }

    /// `a === b`.
    pub(crate) fn strict_equal(&self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Safe(a), Value::Safe(b)) => same_text(a, b),
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Record(a), Value::Record(b)) => a == b,
            (Value::Pattern(_, a), Value::Pattern(_, b)) => a == b,
            (Value::Callable(a), Value::Callable(b)) => same_callable(a, b),
            _ => false,
        }
    }

    /// `a == b`.
    pub(crate) fn loose_equal(&mut self, a: &Value, b: &Value) -> Res<bool> {
        let object = |value: &Value| {
            matches!(value, Value::Safe(_) | Value::List(_) | Value::Record(_) | Value::Pattern(..))
        };
        Ok(match (a, b) {
            (a, b) if a.is_nullish() || b.is_nullish() => a.is_nullish() && b.is_nullish(),
            (Value::Callable(_), Value::Callable(_)) => self.strict_equal(a, b),
            (Value::Callable(_), _) | (_, Value::Callable(_)) => return Err(callable_used()),
            (a, b) if object(a) && object(b) => self.strict_equal(a, b),
            (Value::Text(a), Value::Text(b)) => a == b,
            (a, b) => {
                let (a, b) = (self.primitive(a)?, self.primitive(b)?);
                match (&a, &b) {
                    (Value::Text(a), Value::Text(b)) => a == b,
                    (a, b) => self.to_number(a)? == self.to_number(b)?,
                }
            }
        })
    }

    /// How `<` and its relatives see two values; none when one is no number.
    pub(crate) fn order(&mut self, a: &Value, b: &Value) -> Res<Option<Ordering>> {
        let (a, b) = (self.primitive(a)?, self.primitive(b)?);
        if let (Value::Text(a), Value::Text(b)) = (&a, &b) {
            return Ok(Some(a.compare(b)));
        }
        Ok(self.to_number(&a)?.partial_cmp(&self.to_number(&b)?))
    }

    /// `needle in haystack`.
    pub(crate) fn contains(&mut self, haystack: &Value, needle: &Value) -> Res<bool> {
        match haystack {
            Value::List(id) => {
                let items = self.items(*id)?;
                Ok(items.iter().any(|item| self.strict_equal(item, needle)))
            }
            Value::Text(text) => {
                let needle = self.to_text(needle)?;
                self.budget.text(text.bytes())?;
                Ok(text.index_of(&needle, 0).is_some())
            }
            Value::Record(id) => {
                let key = self.to_text(needle)?;
                Ok(self.heap.record(*id).get(&key).is_some())
            }
            Value::Safe(_) => Ok(false),
            other => Err(Fail::new(format!(
                "Membership requires an array, record, or string, found {}",
                other.kind()
            ))),
        }
    }

    /// `object[number]`: an item, a character, or what a record holds under that key.
    pub(crate) fn element(&mut self, object: &Value, number: f64) -> Res<Value> {
        Ok(match object {
            Value::Undefined | Value::Null => Value::Undefined,
            Value::List(id) => {
                let len = self.heap.list(*id).len();
                let at = self.position(number, len);
                let item = at.and_then(|at| self.heap.list(*id).get(at));
                item.cloned().unwrap_or(Value::Undefined)
            }
            Value::Text(text) | Value::Safe(text) => {
                let len = if number < 0.0 { text.len() } else { usize::MAX };
                let found = self.position(number, len).and_then(|at| text.char_at(at));
                found.map_or(Value::Undefined, Value::Text)
            }
            other => {
                let key = self.to_text(&Value::Number(number))?;
                self.own(other, &key).unwrap_or(Value::Undefined)
            }
        })
    }

    /// The index a number stands for; from the end when negative, but only as cookiecutter has it.
    fn position(&self, number: f64, len: usize) -> Option<usize> {
        let from_end = number < 0.0 && self.settings.cookiecutter;
        let number = if from_end { number + len as f64 } else { number };
        (number >= 0.0 && number.fract() == 0.0 && number < 4_294_967_295.0)
            .then_some(number as usize)
    }

    /// A property that is data.
    pub(crate) fn own(&mut self, object: &Value, name: &Text) -> Option<Value> {
        let at = || array_index(name).map(|at| at as usize);
        match object {
            Value::Text(text) | Value::Safe(text) => match at() {
                Some(at) => text.char_at(at).map(Value::Text),
                None => is_length(name).then(|| Value::count(text.len())),
            },
            Value::List(id) => match at() {
                Some(at) => self.heap.list(*id).get(at).cloned(),
                None => is_length(name).then(|| Value::count(self.heap.list(*id).len())),
            },
            Value::Record(id) => self.heap.record(*id).get(name).cloned(),
            _ => None,
        }
    }

    /// Refuses to put `value` into `list` when the list would then contain itself.
    pub(crate) fn refuse_cycle(&mut self, list: ListId, value: &Value) -> Res<()> {
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![value.clone()];
        while let Some(value) = open.pop() {
            let inner: Vec<Value> = match &value {
                Value::List(id) if *id == list => {
                    return Err(Fail::new("Cyclic template values are not supported"));
                }
                Value::List(id) if seen.insert(Ok(*id)) => self.heap.list(*id).clone(),
                Value::Record(id) if seen.insert(Err(*id)) => {
                    self.heap.record(*id).values().cloned().collect()
                }
                _ => continue,
            };
            self.budget.work(inner.len())?;
            open.extend(
                inner.into_iter().filter(|v| matches!(v, Value::List(_) | Value::Record(_))),
            );
        }
        Ok(())
    }
}

fn is_length(name: &Text) -> bool {
    name.as_utf8() == Some("length")
}

/// Whether two marked texts are the same object: clones share their memory.
fn same_text(a: &Text, b: &Text) -> bool {
    match (a, b) {
        (Text::Utf8(a), Text::Utf8(b)) => std::sync::Arc::ptr_eq(a, b),
        (Text::Wide(a), Text::Wide(b)) => std::sync::Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn same_callable(a: &Callable, b: &Callable) -> bool {
    match (a, b) {
        (Callable::Builtin(a), Callable::Builtin(b))
        | (Callable::Host(a), Callable::Host(b))
        | (Callable::Macro(a), Callable::Macro(b))
        | (Callable::Joiner(a), Callable::Joiner(b))
        | (Callable::CyclerNext(a), Callable::CyclerNext(b))
        | (Callable::CyclerReset(a), Callable::CyclerReset(b)) => a == b,
        _ => false,
    }
}

/// A seed that differs from render to render.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
