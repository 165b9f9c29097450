//! Methods of lists.

use super::arguments::number_or;
use crate::error::{Fail, Res};
use crate::limits::{VALUE_DEPTH, check_size, too_nested};
use crate::machine::Machine;
use crate::number::{relative_index, to_integer};
use crate::sorting::merge_sort;
use crate::value::{ListId, Value};

/// `at(index)`, from the end when negative.
pub(super) fn at(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let at = to_integer(number_or(m, arguments, 0, 0.0)?);
    let items = m.heap.list(own(value)?);
    let at = if at < 0.0 { at + items.len() as f64 } else { at };
    let item = if at < 0.0 { None } else { items.get(at as usize) };
    Ok(item.cloned().unwrap_or(Value::Undefined))
}

/// `concat(…)`: a new list; lists among the arguments are taken apart.
pub(super) fn concat(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let mut items = m.items(own(value)?)?;
    for argument in arguments {
        match argument {
            Value::List(id) => items.extend(m.items(*id)?),
            other => items.push(other.clone()),
        }
        check_size(items.len())?;
    }
    m.list(items)
}

/// `copyWithin(target, start, end)`.
pub(super) fn copy_within(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let id = own(value)?;
    let items = m.items(id)?;
    let target = relative_index(number_or(m, arguments, 0, 0.0)?, items.len());
    let start = relative_index(number_or(m, arguments, 1, 0.0)?, items.len());
    let end = relative_index(number_or(m, arguments, 2, f64::INFINITY)?, items.len());
    let copied = items.get(start..end).unwrap_or(&[]);
    let list = m.heap.list(id);
    for (at, item) in copied.iter().enumerate() {
        if let Some(place) = list.get_mut(target + at) {
            *place = item.clone();
        }
    }
    Ok(value.clone())
}

/// `fill(value, start, end)`.
pub(super) fn fill(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let id = own(value)?;
    m.refuse_cycle(id, &arguments[0])?;
    let len = m.heap.list(id).len();
    m.budget.work(len)?;
    let start = relative_index(number_or(m, arguments, 1, 0.0)?, len);
    let end = relative_index(number_or(m, arguments, 2, f64::INFINITY)?, len);
    if let Some(places) = m.heap.list(id).get_mut(start..end) {
        places.fill(arguments[0].clone());
    }
    Ok(value.clone())
}

/// `flat(depth)`.
pub(super) fn flat(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let depth = to_integer(number_or(m, arguments, 0, 1.0)?);
    let mut out = Vec::new();
    flatten(m, own(value)?, (depth, 0), &mut out)?;
    m.list(out)
}

fn flatten(
    m: &mut Machine<'_>,
    id: ListId,
    (depth, level): (f64, usize),
    out: &mut Vec<Value>,
) -> Res<()> {
    if level >= VALUE_DEPTH {
        return Err(too_nested());
    }
    for item in m.items(id)? {
        match item {
            Value::List(inner) if depth >= 1.0 => {
                flatten(m, inner, (depth - 1.0, level + 1), out)?;
            }
            item => out.push(item),
        }
        check_size(out.len())?;
    }
    Ok(())
}

/// `includes(value, from)`; finds NaN too.
pub(super) fn includes(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let items = m.items(own(value)?)?;
    let from = relative_index(number_or(m, arguments, 1, 0.0)?, items.len());
    let nan = |value: &Value| matches!(value, Value::Number(number) if number.is_nan());
    let same =
        |item: &Value| m.strict_equal(item, &arguments[0]) || (nan(item) && nan(&arguments[0]));
    Ok(Value::Bool(items[from..].iter().any(same)))
}

/// `indexOf(value, from)`.
pub(super) fn index_of(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let items = m.items(own(value)?)?;
    let from = relative_index(number_or(m, arguments, 1, 0.0)?, items.len());
    let found = items[from..].iter().position(|item| m.strict_equal(item, &arguments[0]));
    Ok(found.map_or(Value::Number(-1.0), |at| Value::count(at + from)))
}

/// `lastIndexOf(value, from)`.
pub(super) fn last_index_of(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let items = m.items(own(value)?)?;
    let last = match arguments.get(1) {
        None => f64::INFINITY,
        Some(from) => to_integer(m.to_number(from)?),
    };
    let last = if last < 0.0 { last + items.len() as f64 } else { last };
    // The cast saturates; one past the last item is the end of the search from behind.
    let end = if last < 0.0 { 0 } else { (last as usize).saturating_add(1).min(items.len()) };
    let found = items[..end].iter().rposition(|item| m.strict_equal(item, &arguments[0]));
    Ok(found.map_or(Value::Number(-1.0), Value::count))
}

/// `join(separator)`.
pub(super) fn join(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let separator = match arguments.first() {
        None | Some(Value::Undefined) => ",".into(),
        Some(separator) => m.to_text(separator)?,
    };
    let text = m.join(own(value)?, &separator)?;
    m.made(text)
}

/// `pop()`.
pub(super) fn pop(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    Ok(m.heap.list(own(value)?).pop().unwrap_or(Value::Undefined))
}

/// `push(…)`: the new length.
pub(super) fn push(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let len = m.heap.list(own(value)?).len();
    insert_at(m, value, len, arguments)
}

/// `unshift(…)`: the new length.
pub(super) fn unshift(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let moved = m.heap.list(own(value)?).len();
    m.budget.work(moved / 16)?;
    insert_at(m, value, 0, arguments)
}

/// `shift()`.
pub(super) fn shift(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let moved = m.heap.list(own(value)?).len();
    m.budget.work(moved / 16)?;
    let items = m.heap.list(own(value)?);
    Ok(if items.is_empty() { Value::Undefined } else { items.remove(0) })
}

/// `reverse()`, in place.
pub(super) fn reverse(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let items = m.heap.list(own(value)?);
    let len = items.len();
    items.reverse();
    m.budget.work(len)?;
    Ok(value.clone())
}

/// `slice(start, end)`: a new list.
pub(super) fn slice(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let items = m.items(own(value)?)?;
    let start = relative_index(number_or(m, arguments, 0, 0.0)?, items.len());
    let end = relative_index(number_or(m, arguments, 1, f64::INFINITY)?, items.len());
    m.list(items.get(start..end).unwrap_or(&[]).to_vec())
}

/// `sort()`, in place, by the items' texts; undefined ones go to the end.
pub(super) fn sort(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    let id = own(value)?;
    let (mut keyed, mut missing) = (Vec::new(), Vec::new());
    for item in m.items(id)? {
        match item {
            Value::Undefined => missing.push(item),
            item => keyed.push((m.to_text(&item)?, item)),
        }
    }
    let sorted = merge_sort(m, keyed, &mut |_, (a, _), (b, _)| Ok(a.compare(b)))?;
    *m.heap.list(id) = sorted.into_iter().map(|(_, item)| item).chain(missing).collect();
    Ok(value.clone())
}

/// `splice(start, count, …)`: what was taken out.
pub(super) fn splice(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let id = own(value)?;
    let len = m.heap.list(id).len();
    m.budget.work(len / 16)?;
    let start = relative_index(number_or(m, arguments, 0, 0.0)?, len);
    let rest = (len - start) as f64;
    let count = match arguments.get(1) {
        None if arguments.is_empty() => 0.0,
        None => rest,
        Some(count) => to_integer(m.to_number(count)?).clamp(0.0, rest),
    };
    let new = arguments.get(2..).unwrap_or(&[]);
    for item in new {
        m.refuse_cycle(id, item)?;
    }
    check_size(len + new.len())?;
    m.budget.work(new.len())?;
    let end = start + count as usize;
    let taken: Vec<Value> = m.heap.list(id).splice(start..end, new.iter().cloned()).collect();
    m.list(taken)
}

/// Puts items into a list and gives its new length.
pub(super) fn insert_at(
    m: &mut Machine<'_>,
    value: &Value,
    at: usize,
    items: &[Value],
) -> Res<Value> {
    let id = own(value)?;
    for item in items {
        m.refuse_cycle(id, item)?;
    }
    m.budget.work(items.len())?;
    let list = m.heap.list(id);
    check_size(list.len() + items.len())?;
    list.splice(at..at, items.iter().cloned());
    Ok(Value::count(list.len()))
}

/// The list a method belongs to; methods of lists are only found on lists.
pub(super) fn own(value: &Value) -> Res<ListId> {
    match value {
        Value::List(id) => Ok(*id),
        _ => Err(Fail::new("the method belongs to lists")),
    }
}
