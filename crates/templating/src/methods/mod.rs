//! Methods of values, `value.name(…)`: the ones of JavaScript that can do no harm, and Python's on
//! lists and records in cookiecutter mode.

mod arguments;
mod list;
mod number;
mod record;
mod text;

use crate::error::{Fail, Res};
use crate::machine::{Machine, Settings, callable_used};
use crate::text::Text;
use crate::value::{Callable, Value};

/// A method of the table.
struct Method {
    of: Kind,
    name: &'static str,
    /// Fewest and most arguments.
    arguments: (usize, usize),
    run: Run,
}

/// What runs a method: the value it belongs to, and the arguments.
type Run = fn(&mut Machine<'_>, &Value, &[Value]) -> Res<Value>;

/// The kinds of value that have methods.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    List,
    Number,
    Pattern,
    /// A list or record as cookiecutter's templates see it.
    PythonList,
    PythonRecord,
}

/// Any number of arguments.
const MANY: usize = usize::MAX;

/// `object.name`: a property, or a method of this kind of value.
pub(crate) fn member(m: &mut Machine<'_>, object: &Value, name: &Text) -> Res<Value> {
    if let Some(found) = m.own(object, name) {
        return Ok(found);
    }
    let method = name.as_utf8().and_then(|name| find(object, name, m.settings));
    Ok(method.map_or(Value::Undefined, |method| {
        Value::Callable(Callable::Method(Box::new(object.clone()), method))
    }))
}

/// `object[key]`.
pub(crate) fn index(m: &mut Machine<'_>, object: &Value, key: &Value) -> Res<Value> {
    match key {
        Value::Number(number) => m.element(object, *number),
        _ if object.is_nullish() => Ok(Value::Undefined),
        key => {
            let key = m.to_text(key)?;
            member(m, object, &key)
        }
    }
}

/// The method `name` of a value, if it has one.
fn find(value: &Value, name: &str, settings: &Settings) -> Option<usize> {
    let kinds: &[Kind] = match value {
        Value::Text(_) | Value::Safe(_) => &[Kind::Text],
        Value::List(_) if settings.cookiecutter => &[Kind::PythonList, Kind::List],
        Value::List(_) => &[Kind::List],
        Value::Record(_) if settings.cookiecutter => &[Kind::PythonRecord],
        Value::Number(_) => &[Kind::Number],
        Value::Pattern(..) => &[Kind::Pattern],
        _ => &[],
    };
    kinds.iter().find_map(|kind| {
        METHODS.iter().position(|method| method.of == *kind && method.name == name)
    })
}

/// Calls a method that [`find`] found.
pub(crate) fn call(
    m: &mut Machine<'_>,
    method: usize,
    value: &Value,
    arguments: &[Value],
) -> Res<Value> {
    let Some(method) = METHODS.get(method) else { return Ok(Value::Undefined) };
    let (least, most) = method.arguments;
    if !(least..=most).contains(&arguments.len()) {
        let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
        return Err(Fail::new(format!(
            "{} requires {wanted} positional arguments, found {}",
            method.name,
            arguments.len()
        )));
    }
    if arguments.iter().any(|argument| matches!(argument, Value::Callable(_))) {
        return Err(callable_used());
    }
    (method.run)(m, value, arguments)
}

const METHODS: &[Method] = &[
    method(Kind::Text, "charAt", (0, 1), text::char_at),
    method(Kind::Text, "charCodeAt", (0, 1), text::char_code_at),
    method(Kind::Text, "concat", (0, MANY), text::concat),
    method(Kind::Text, "endsWith", (1, 2), text::ends_with),
    method(Kind::Text, "includes", (1, 2), text::includes),
    method(Kind::Text, "indexOf", (1, 2), text::index_of),
    method(Kind::Text, "lastIndexOf", (1, 2), text::last_index_of),
    method(Kind::Text, "replace", (2, 2), text::replace),
    method(Kind::Text, "slice", (0, 2), text::slice),
    method(Kind::Text, "split", (0, 2), text::split),
    method(Kind::Text, "startsWith", (1, 2), text::starts_with),
    method(Kind::Text, "substring", (0, 2), text::substring),
    method(Kind::Text, "toLowerCase", (0, 0), text::to_lower_case),
    method(Kind::Text, "toUpperCase", (0, 0), text::to_upper_case),
    method(Kind::Text, "trim", (0, 0), text::trim),
    method(Kind::Text, "trimEnd", (0, 0), text::trim_end),
    method(Kind::Text, "trimStart", (0, 0), text::trim_start),
    method(Kind::List, "at", (1, 1), list::at),
    method(Kind::List, "concat", (0, MANY), list::concat),
    method(Kind::List, "copyWithin", (1, 3), list::copy_within),
    method(Kind::List, "fill", (1, 3), list::fill),
    method(Kind::List, "flat", (0, 1), list::flat),
    method(Kind::List, "includes", (1, 2), list::includes),
    method(Kind::List, "indexOf", (1, 2), list::index_of),
    method(Kind::List, "join", (0, 1), list::join),
    method(Kind::List, "lastIndexOf", (1, 2), list::last_index_of),
    method(Kind::List, "pop", (0, 0), list::pop),
    method(Kind::List, "push", (0, MANY), list::push),
    method(Kind::List, "reverse", (0, 0), list::reverse),
    method(Kind::List, "shift", (0, 0), list::shift),
    method(Kind::List, "slice", (0, 2), list::slice),
    method(Kind::List, "sort", (0, 0), list::sort),
    method(Kind::List, "splice", (0, MANY), list::splice),
    method(Kind::List, "unshift", (0, MANY), list::unshift),
    method(Kind::Number, "toExponential", (0, 1), number::to_exponential),
    method(Kind::Number, "toFixed", (0, 1), number::to_fixed),
    method(Kind::Number, "toPrecision", (0, 1), number::to_precision),
    method(Kind::Number, "toString", (0, 1), number::to_string),
    method(Kind::Pattern, "test", (1, 1), text::pattern_test),
    method(Kind::PythonList, "append", (1, 1), list::push),
    method(Kind::PythonList, "count", (1, 1), record::count),
    method(Kind::PythonList, "find", (1, 1), record::index),
    method(Kind::PythonList, "index", (1, 1), record::index),
    method(Kind::PythonList, "insert", (2, 2), record::insert),
    method(Kind::PythonList, "pop", (0, 1), record::pop),
    method(Kind::PythonList, "remove", (1, 1), record::remove),
    method(Kind::PythonRecord, "get", (1, 2), record::get),
    method(Kind::PythonRecord, "has_key", (1, 1), record::has_key),
    method(Kind::PythonRecord, "items", (0, 0), record::items),
    method(Kind::PythonRecord, "keys", (0, 0), record::keys),
    method(Kind::PythonRecord, "values", (0, 0), record::values),
];

const fn method(of: Kind, name: &'static str, arguments: (usize, usize), run: Run) -> Method {
    Method { of, name, arguments, run }
}
