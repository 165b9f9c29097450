//! Filters that take apart and put together lists and records.

use super::call::{
    Call, at_path, attribute, attribute_path, characters, length_of, lenient_sequence, like_input,
    sequence,
};
use crate::error::{Fail, Res};
use crate::machine::Machine;
use crate::number::to_integer;
use crate::tests_builtin;
use crate::text::{Buffer, Text};
use crate::value::{ListId, Record, Value};

/// `default(value, falsy)`: in place of undefined, or of anything falsy.
pub(super) fn default(_: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let missing = if call.argument(1).truthy() {
        !call.input.truthy()
    } else {
        matches!(call.input, Value::Undefined)
    };
    Ok(if missing { call.argument(0).clone() } else { call.input.clone() })
}

/// `first`.
pub(super) fn first(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    end(m, call, "first", |_| 0.0)
}

/// `last`.
pub(super) fn last(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    end(m, call, "last", |length| length - 1.0)
}

fn end(m: &mut Machine<'_>, call: &Call, name: &str, at: fn(f64) -> f64) -> Res<Value> {
    if call.input.is_nullish() {
        return Err(Fail::new(format!("{name} requires a sequence")));
    }
    let length = length_of(m, &call.input)?;
    let key = m.to_text(&Value::Number(at(length)))?;
    Ok(m.own(&call.input, &key).unwrap_or(Value::Undefined))
}

/// `random`: one of the items.
pub(super) fn random(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let items = sequence(m, &call.input, "random")?;
    // A linear congruential step; good enough to pick an item, and no template needs more.
    m.random =
        m.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let at = (m.random >> 33).checked_rem(items.len() as u64);
    let item = at.and_then(|at| items.into_iter().nth(usize::try_from(at).unwrap_or(0)));
    Ok(item.unwrap_or(Value::Undefined))
}

/// `length`.
pub(super) fn length(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    Ok(match &call.input {
        Value::Undefined | Value::Null | Value::Bool(false) => Value::Number(0.0),
        Value::Record(id) => Value::count(m.heap.record(*id).len()),
        input => m.own(input, &"length".into()).unwrap_or(Value::Undefined),
    })
}

/// `list`: the characters of a text, the keys and values of a record.
pub(super) fn list(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    match &call.input {
        Value::List(_) => Ok(call.input.clone()),
        Value::Text(text) | Value::Safe(text) => {
            let items = characters(m, text)?;
            m.list(items)
        }
        Value::Record(id) => {
            let entries: Vec<_> =
                m.heap.record(*id).iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            let mut items = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let entry = [("key".into(), Value::Text(key)), ("value".into(), value)];
                items.push(m.record(entry.into_iter().collect())?);
            }
            m.list(items)
        }
        _ => Err(Fail::new("list requires an iterable value")),
    }
}

/// `reverse`.
pub(super) fn reverse(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let mut items = lenient_sequence(m, &call.input)?;
    items.reverse();
    if matches!(call.input, Value::Text(_) | Value::Safe(_)) {
        let text = concatenated(m, &items)?;
        return like_input(m, &call.input, text);
    }
    m.list(items)
}

/// `join(separator, attribute)`.
pub(super) fn join(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let separator = match call.argument(0) {
        value if !value.truthy() => "".into(),
        value => m.to_text(value)?,
    };
    let list = match call.argument(1) {
        value if !value.truthy() => call.input.clone(),
        name => {
            let name = m.to_text(name)?;
            let items = attributes(m, &call.input, &name)?;
            m.list(items)?
        }
    };
    let id = array(&list, "join")?;
    let text = m.join(id, &separator)?;
    m.made(text)
}

/// `sum(attribute, start)`, with what `+` means in JavaScript.
pub(super) fn sum(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let items = match call.argument(0) {
        value if !value.truthy() => {
            let id = array(&call.input, "sum")?;
            m.items(id)?
        }
        name => {
            let name = m.to_text(name)?;
            attributes(m, &call.input, &name)?
        }
    };
    let mut total = Value::Number(0.0);
    for item in items {
        total = m.add(&total, &item)?;
    }
    match call.argument(1) {
        Value::Undefined => m.add(&Value::Number(0.0), &total),
        start => m.add(start, &total),
    }
}

/// `groupby(attribute)`: a record of lists.
pub(super) fn groupby(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let items = sequence(m, &call.input, "groupby")?;
    let path = attribute_path(m, call.argument(0))?;
    let mut groups: indexmap::IndexMap<Text, Vec<Value>> = indexmap::IndexMap::new();
    for item in items {
        let key = at_path(m, &item, &path)?;
        let key = m.to_text(&key)?;
        groups.entry(key).or_default().push(item);
    }
    let mut record = Record::default();
    for (key, items) in groups {
        record.insert(key, m.list(items)?);
    }
    m.record(record)
}

/// `batch(size, fill)`: rows of that many items.
pub(super) fn batch(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let items = sequence(m, &call.input, "batch")?;
    let size = count(m, call, "Batch size")?;
    let mut rows: Vec<Vec<Value>> = items.chunks(size).map(<[Value]>::to_vec).collect();
    let fill = call.argument(1);
    if let Some(last) = rows.last_mut()
        && fill.truthy()
    {
        m.budget.work(size)?;
        crate::limits::check_size(size)?;
        last.resize(size, fill.clone());
    }
    lists(m, rows)
}

/// `slice(count, fill)`: that many columns.
pub(super) fn slice(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    if !matches!(call.input, Value::List(_) | Value::Text(_) | Value::Safe(_)) {
        return Err(Fail::new("slice requires a sequence"));
    }
    let items = sequence(m, &call.input, "slice")?;
    let columns = count(m, call, "Slice count")?;
    m.budget.work(columns)?;
    crate::limits::check_size(columns)?;
    let (each, extra) = (items.len() / columns, items.len() % columns);
    let mut items = items.into_iter();
    let fill = call.argument(1);
    let is_text = !matches!(call.input, Value::List(_));
    let mut out = Vec::with_capacity(columns);
    for at in 0..columns {
        let mut column: Vec<Value> = items.by_ref().take(each + usize::from(at < extra)).collect();
        if at >= extra && fill.truthy() {
            if is_text {
                return Err(Fail::new("slice cannot append a fill value to a string"));
            }
            column.push(fill.clone());
        }
        out.push(if is_text { Value::Text(concatenated(m, &column)?) } else { m.list(column)? });
    }
    m.list(out)
}

/// `select(test, argument)`.
pub(super) fn select(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    by_test(m, call, "select", true)
}

/// `reject(test, argument)`.
pub(super) fn reject(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    by_test(m, call, "reject", false)
}

/// `selectattr(attribute)`.
pub(super) fn selectattr(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    by_attribute(m, call, "selectattr", true)
}

/// `rejectattr(attribute)`.
pub(super) fn rejectattr(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    by_attribute(m, call, "rejectattr", false)
}

fn by_test(m: &mut Machine<'_>, call: &Call, filter: &str, wanted: bool) -> Res<Value> {
    let items = sequence(m, &call.input, filter)?;
    let name = match call.argument(0) {
        Value::Undefined => "truthy".into(),
        name => m.to_text(name)?,
    };
    let test = tests_builtin::find(&name.to_str())?;
    let arguments = call.arguments.get(1..).unwrap_or(&[]);
    // Nothing but a sequence gets as far as calling the test.
    if matches!(call.input, Value::List(_) | Value::Text(_) | Value::Record(_)) {
        test.check(arguments)?;
    }
    let mut kept = Vec::new();
    for item in items {
        m.budget.work(1)?;
        if test.run(m, &item, arguments)? == wanted {
            kept.push(item);
        }
    }
    m.list(kept)
}

fn by_attribute(m: &mut Machine<'_>, call: &Call, filter: &str, wanted: bool) -> Res<Value> {
    let id = array(&call.input, filter)?;
    let name = m.to_text(call.argument(0))?;
    let mut kept = Vec::new();
    for item in m.items(id)? {
        if attribute(m, &item, &name)?.truthy() == wanted {
            kept.push(item);
        }
    }
    m.list(kept)
}

fn concatenated(m: &mut Machine<'_>, items: &[Value]) -> Res<Text> {
    let mut out = Buffer::new();
    for item in items {
        out.push(&m.to_text(item)?);
    }
    Ok(out.into_text())
}

fn array(input: &Value, filter: &str) -> Res<ListId> {
    match input {
        Value::List(id) => Ok(*id),
        _ => Err(Fail::new(format!("{filter} requires an array"))),
    }
}

fn attributes(m: &mut Machine<'_>, input: &Value, name: &Text) -> Res<Vec<Value>> {
    lenient_sequence(m, input)?.iter().map(|item| attribute(m, item, name)).collect()
}

/// The first argument as a number of rows or columns.
fn count(m: &mut Machine<'_>, call: &Call, what: &str) -> Res<usize> {
    let count = to_integer(m.to_number(call.argument(0))?);
    // The largest whole number that is exact.
    if (1.0..=9_007_199_254_740_991.0).contains(&count) {
        return Ok(count as usize);
    }
    Err(Fail::new(format!("{what} must be a positive integer")))
}

fn lists(m: &mut Machine<'_>, rows: Vec<Vec<Value>>) -> Res<Value> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(m.list(row)?);
    }
    m.list(out)
}
