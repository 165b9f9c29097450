//! Functions every template has.

use crate::error::{Fail, Res};
use crate::limits::check_size;
use crate::machine::{Cycler, Joiner, Machine};
use crate::value::{Callable, Value};

/// What runs a function.
type Run = fn(&mut Machine<'_>, &[Value]) -> Res<Value>;

/// The functions, with how many arguments each takes at most.
const GLOBALS: [(&str, Run, usize); 3] =
    [("range", range, 3), ("cycler", cycler, usize::MAX), ("joiner", joiner, 1)];

/// The function of this name.
pub(crate) fn find(name: &str) -> Option<Callable> {
    GLOBALS.iter().position(|(found, ..)| *found == name).map(Callable::Builtin)
}

/// Calls a function that [`find`] found.
pub(crate) fn call(m: &mut Machine<'_>, at: usize, arguments: &[Value]) -> Res<Value> {
    let Some((name, run, most)) = GLOBALS.get(at) else { return Ok(Value::Undefined) };
    if arguments.len() > *most {
        return Err(Fail::new(format!(
            "Built-in global {name} accepts at most {most} positional arguments"
        )));
    }
    run(m, arguments)
}

/// Calls what `joiner()` gave: nothing the first time, then its separator.
pub(crate) fn call_joiner(m: &mut Machine<'_>, at: usize) -> Value {
    match m.joiners.get_mut(at) {
        Some(joiner) if joiner.started => joiner.separator.clone(),
        Some(joiner) => {
            joiner.started = true;
            Value::text("")
        }
        None => Value::Undefined,
    }
}

/// Calls a cycler's `next`, or its `reset`.
pub(crate) fn call_cycler(m: &mut Machine<'_>, at: usize, next: bool) -> Value {
    let Some(cycler) = m.cyclers.get_mut(at) else { return Value::Undefined };
    let current = if next {
        let item = cycler.items.get(cycler.next).cloned().unwrap_or(Value::Undefined);
        cycler.next = (cycler.next + 1).checked_rem(cycler.items.len()).unwrap_or(0);
        item
    } else {
        cycler.next = 0;
        Value::Null
    };
    if let Some(record) = cycler.record {
        m.heap.record(record).insert("current".into(), current.clone());
    }
    if next { current } else { Value::Undefined }
}

/// `range(stop)`, `range(start, stop, step)`.
fn range(m: &mut Machine<'_>, arguments: &[Value]) -> Res<Value> {
    let argument = |at: usize| arguments.get(at).unwrap_or(&Value::Undefined);
    let (start, stop, step) = match argument(1) {
        Value::Undefined => (0.0, m.to_number(argument(0))?, 1.0),
        stop => {
            let step = if argument(2).truthy() { m.to_number(argument(2))? } else { 1.0 };
            (m.to_number(argument(0))?, m.to_number(stop)?, step)
        }
    };
    let mut items = Vec::new();
    let mut number = start;
    while if step > 0.0 { number < stop } else { number > stop } {
        items.push(Value::Number(number));
        check_size(items.len())?;
        number += step;
    }
    m.list(items)
}

/// `cycler(a, b)`: a record with `next`, `reset` and `current`.
fn cycler(m: &mut Machine<'_>, arguments: &[Value]) -> Res<Value> {
    let at = m.cyclers.len();
    let entries = [
        ("current", Value::Null),
        ("reset", Value::Callable(Callable::CyclerReset(at))),
        ("next", Value::Callable(Callable::CyclerNext(at))),
    ];
    let value =
        m.record(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())?;
    let record = if let Value::Record(id) = value { Some(id) } else { None };
    m.cyclers.push(Cycler { items: arguments.to_vec(), next: 0, record });
    Ok(value)
}

/// `joiner(separator)`: a function that gives nothing at first and then the separator.
fn joiner(m: &mut Machine<'_>, arguments: &[Value]) -> Res<Value> {
    let separator = match arguments.first() {
        Some(separator) if separator.truthy() => separator.clone(),
        _ => Value::text(","),
    };
    m.joiners.push(Joiner { separator, started: false });
    Ok(Value::Callable(Callable::Joiner(m.joiners.len() - 1)))
}
