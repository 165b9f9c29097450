//! Filters that put things in order.

use std::cmp::Ordering;

use super::call::{Call, at_path, attribute_path, lenient_sequence};
use crate::case::{lower_case, upper_case};
use crate::error::{Fail, Res};
use crate::machine::Machine;
use crate::sorting::merge_sort;
use crate::text::Text;
use crate::value::Value;

/// `sort(reverse, case_sensitive, attribute)`.
pub(super) fn sort(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let [reverse, sensitive, attribute] = call.bind(m, ["reverse", "case_sensitive", "attribute"]);
    let path = attribute_path(m, &attribute)?;
    let mut keyed = Vec::new();
    let mut missing = Vec::new();
    for item in lenient_sequence(m, &call.input)? {
        match item {
            // Undefined items go to the end without being compared.
            Value::Undefined => missing.push(item),
            item => keyed.push((folded(at_path(m, &item, &path)?, &sensitive, lower_case), item)),
        }
    }
    let sorted = merge_sort(m, keyed, &mut |m, (a, _), (b, _)| {
        let order = m.order(a, b)?.unwrap_or(Ordering::Equal);
        Ok(if reverse.truthy() { order.reverse() } else { order })
    })?;
    let items = sorted.into_iter().map(|(_, item)| item).chain(missing).collect();
    m.list(items)
}

/// `dictsort(case_sensitive, by)`: a record's keys and values, ordered by one of them.
pub(super) fn dictsort(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let Value::Record(id) = call.input else {
        return Err(Fail::new("dictsort requires a record"));
    };
    let by_value = match call.argument(1) {
        Value::Undefined => false,
        Value::Text(by) if by.as_utf8() == Some("key") => false,
        Value::Text(by) if by.as_utf8() == Some("value") => true,
        _ => return Err(Fail::new("dictsort can only sort by key or value")),
    };
    let entries: Vec<_> =
        m.heap.record(id).iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    m.budget.work(entries.len())?;
    let keyed = entries
        .into_iter()
        .map(|(key, value)| {
            let by = if by_value { value.clone() } else { Value::Text(key.clone()) };
            (folded(by, call.argument(0), upper_case), (key, value))
        })
        .collect();
    let sorted = merge_sort(m, keyed, &mut |m, (a, _), (b, _)| {
        // What is neither greater nor the same counts as smaller, values that do not compare too.
        Ok(match m.order(a, b)? {
            Some(Ordering::Greater) => Ordering::Greater,
            _ if m.strict_equal(a, b) => Ordering::Equal,
            _ => Ordering::Less,
        })
    })?;
    let mut pairs = Vec::with_capacity(sorted.len());
    for (_, (key, value)) in sorted {
        pairs.push(m.list(vec![Value::Text(key), value])?);
    }
    m.list(pairs)
}

/// What decides the order: texts without regard to case unless that is asked for.
fn folded(key: Value, sensitive: &Value, fold: fn(&Text) -> Text) -> Value {
    match key {
        Value::Text(text) if !sensitive.truthy() => Value::Text(fold(&text)),
        key => key,
    }
}
