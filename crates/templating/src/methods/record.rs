//! Python's methods of lists and records, for templates written for cookiecutter.

use super::arguments::number_or;
use super::list::{insert_at, own};
use crate::error::Res;
use crate::machine::Machine;
use crate::number::relative_index;
use crate::text::Text;
use crate::value::Value;

/// `keys()`.
pub(super) fn keys(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let keys = entries(m, value)?.into_iter().map(|(key, _)| key);
    m.texts(keys.collect::<Vec<_>>())
}

/// `values()`.
pub(super) fn values(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let values = entries(m, value)?.into_iter().map(|(_, value)| value);
    m.list(values.collect())
}

/// `items()`: pairs of key and value.
pub(super) fn items(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let mut pairs = Vec::new();
    for (key, value) in entries(m, value)? {
        pairs.push(m.list(vec![Value::Text(key), value])?);
    }
    m.list(pairs)
}

/// `get(key, default)`.
pub(super) fn get(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let key = m.to_text(&arguments[0])?;
    let default = arguments.get(1).cloned().unwrap_or(Value::Undefined);
    Ok(m.own(value, &key).unwrap_or(default))
}

/// `has_key(key)`.
pub(super) fn has_key(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let key = m.to_text(&arguments[0])?;
    Ok(Value::Bool(m.own(value, &key).is_some()))
}

/// `index(value)` and `find(value)` of a list.
pub(super) fn index(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let at = position(m, value, &arguments[0])?;
    Ok(at.map_or(Value::Number(-1.0), Value::count))
}

/// `count(value)` of a list.
pub(super) fn count(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let items = m.items(own(value)?)?;
    Ok(Value::count(items.iter().filter(|item| m.strict_equal(item, &arguments[0])).count()))
}

/// `insert(index, value)` of a list.
pub(super) fn insert(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let len = m.heap.list(own(value)?).len();
    let at = relative_index(number_or(m, arguments, 0, 0.0)?, len);
    insert_at(m, value, at, &arguments[1..])?;
    Ok(Value::Undefined)
}

/// `pop(index)` of a list; the last item without an index.
pub(super) fn pop(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let len = m.heap.list(own(value)?).len();
    let at = relative_index(number_or(m, arguments, 0, -1.0)?, len);
    let items = m.heap.list(own(value)?);
    Ok(if at < len { items.remove(at) } else { Value::Undefined })
}

/// `remove(value)` of a list: takes out the first one and gives it.
pub(super) fn remove(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    match position(m, value, &arguments[0])? {
        Some(at) => Ok(m.heap.list(own(value)?).remove(at)),
        None => Ok(Value::Undefined),
    }
}

fn position(m: &mut Machine<'_>, value: &Value, wanted: &Value) -> Res<Option<usize>> {
    let items = m.items(own(value)?)?;
    Ok(items.iter().position(|item| m.strict_equal(item, wanted)))
}

fn entries(m: &mut Machine<'_>, value: &Value) -> Res<Vec<(Text, Value)>> {
    let Value::Record(id) = value else { return Ok(Vec::new()) };
    let entries: Vec<_> =
        m.heap.record(*id).iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    m.budget.work(entries.len())?;
    Ok(entries)
}
