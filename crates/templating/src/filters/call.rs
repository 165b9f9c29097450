//! One application of a filter, and what filters do with their input and their arguments.

use crate::error::{Fail, Res};
use crate::limits::check_size;
use crate::machine::Machine;
use crate::number::to_integer;
use crate::text::Text;
use crate::value::{RecordId, Value};

/// One application of a filter.
pub(crate) struct Call {
    /// What stands before the bar.
    pub(crate) input: Value,
    /// What stands in the parentheses; named arguments follow as one record, as the reference does.
    pub(crate) arguments: Vec<Value>,
    /// That record, when there are named arguments.
    pub(crate) named: Option<RecordId>,
}

impl Call {
    /// The argument at `at`, undefined when it is not there.
    pub(super) fn argument(&self, at: usize) -> &Value {
        self.arguments.get(at).unwrap_or(&Value::Undefined)
    }

    /// Arguments of a filter that takes them by position or by one of `names`.
    pub(super) fn bind<const N: usize>(&self, m: &mut Machine<'_>, names: [&str; N]) -> [Value; N] {
        let given = self.arguments.len() - usize::from(self.named.is_some());
        std::array::from_fn(|at| match (self.arguments.get(at), self.named) {
            (Some(value), _) if at < given => value.clone(),
            (_, Some(named)) => {
                let value = m.heap.record(named).get(&names[at].into()).cloned();
                value.unwrap_or(Value::Undefined)
            }
            _ => Value::Undefined,
        })
    }
}

/// The input as a text; nothing for what is missing or `false`.
pub(super) fn text_or_empty(input: &Value) -> Res<Text> {
    match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Ok("".into()),
        other => text_only(other),
    }
}

/// The input, which must be a text.
pub(super) fn text_only(input: &Value) -> Res<Text> {
    match input {
        Value::Text(text) | Value::Safe(text) => Ok(text.clone()),
        _ => Err(Fail::new("Filter input must be a string")),
    }
}

/// A result that is marked safe when the input was.
pub(super) fn like_input(m: &mut Machine<'_>, input: &Value, text: impl Into<Text>) -> Res<Value> {
    let text = text.into();
    m.budget.text(text.bytes())?;
    Ok(if matches!(input, Value::Safe(_)) { Value::Safe(text) } else { Value::Text(text) })
}

/// The items of a list, the characters of a text, or what a record with a length holds.
pub(super) fn sequence(m: &mut Machine<'_>, input: &Value, filter: &str) -> Res<Vec<Value>> {
    if input.is_nullish() {
        return Err(Fail::new(format!("{filter} requires a sequence")));
    }
    lenient_sequence(m, input)
}

/// As [`sequence`], with nothing for any other value.
pub(super) fn lenient_sequence(m: &mut Machine<'_>, input: &Value) -> Res<Vec<Value>> {
    match input {
        Value::List(id) => m.items(*id),
        Value::Text(text) | Value::Safe(text) => characters(m, text),
        Value::Record(_) => {
            let length = length_of(m, input)?;
            let len = if length.is_finite() { to_integer(length).max(0.0) } else { 0.0 };
            m.budget.work(len as usize)?;
            (0..len as usize).map(|at| m.element(input, at as f64)).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// The characters of a text, one code unit each.
pub(super) fn characters(m: &mut Machine<'_>, text: &Text) -> Res<Vec<Value>> {
    m.budget.work(text.len())?;
    check_size(text.len())?;
    Ok(text.units().into_iter().map(|unit| Value::Text(Text::from_units(&[unit]))).collect())
}

/// The property `length` as a number; NaN when there is none.
pub(super) fn length_of(m: &mut Machine<'_>, value: &Value) -> Res<f64> {
    let length = m.own(value, &"length".into()).unwrap_or(Value::Undefined);
    m.to_number(&length)
}

/// A property of an item, which must be something that can have one.
pub(super) fn attribute(m: &mut Machine<'_>, item: &Value, name: &Text) -> Res<Value> {
    if item.is_nullish() {
        return Err(nullish_item());
    }
    Ok(m.own(item, name).unwrap_or(Value::Undefined))
}

/// The attribute argument of `sort` and `groupby`: a path when it is a text, none when empty.
pub(super) fn attribute_path(m: &mut Machine<'_>, value: &Value) -> Res<Vec<Text>> {
    match value {
        value if !value.truthy() => Ok(Vec::new()),
        Value::Text(path) => Ok(path.to_str().split('.').map(Text::from).collect()),
        other => Ok(vec![m.to_text(other)?]),
    }
}

/// What stands at a path inside an item.
pub(super) fn at_path(m: &mut Machine<'_>, item: &Value, path: &[Text]) -> Res<Value> {
    let mut found = item.clone();
    for name in path {
        if found.is_nullish() {
            return Err(nullish_item());
        }
        match m.own(&found, name) {
            Some(inner) => found = inner,
            None => return Ok(Value::Undefined),
        }
    }
    Ok(found)
}

fn nullish_item() -> Box<Fail> {
    Fail::new("Cannot read a template attribute from a nullish value")
}
