//! The tests of the language, `value is name(…)`.

use std::cmp::Ordering;

use crate::case::{lower_case, upper_case};
use crate::error::{Fail, Res};
use crate::machine::{Machine, callable_used};
use crate::text::Text;
use crate::value::Value;

/// A test of the table.
pub(crate) struct Test {
    name: &'static str,
    arguments: usize,
    run: fn(&mut Machine<'_>, &Value, &Value) -> Res<bool>,
}

/// The test of this name.
pub(crate) fn find(name: &str) -> Res<&'static Test> {
    TESTS
        .iter()
        .find(|test| test.name == name)
        .ok_or_else(|| Fail::new(format!("Unknown template test {name:?}")))
}

impl Test {
    /// Refuses a wrong number of arguments.
    pub(crate) fn check(&self, given: &[Value]) -> Res<()> {
        if given.len() != self.arguments {
            return Err(Fail::new(format!(
                "Template test {} requires {} positional argument{}, found {}",
                self.name,
                self.arguments,
                if self.arguments == 1 { "" } else { "s" },
                given.len()
            )));
        }
        Ok(())
    }

    /// Whether `value` passes.
    pub(crate) fn run(&self, m: &mut Machine<'_>, value: &Value, given: &[Value]) -> Res<bool> {
        self.check(given)?;
        let callable = |value: &Value| matches!(value, Value::Callable(_));
        if (callable(value) && self.name != "callable") || given.iter().any(callable) {
            return Err(callable_used());
        }
        (self.run)(m, value, given.first().unwrap_or(&Value::Undefined))
    }
}

const TESTS: &[Test] = &[
    test("callable", 0, |_, value, _| Ok(matches!(value, Value::Callable(_)))),
    test("defined", 0, |_, value, _| Ok(!matches!(value, Value::Undefined))),
    test("divisibleby", 1, |m, value, by| Ok(m.to_number(value)? % m.to_number(by)? == 0.0)),
    test("eq", 1, |m, value, other| Ok(m.strict_equal(value, other))),
    test("equalto", 1, |m, value, other| Ok(m.strict_equal(value, other))),
    test("sameas", 1, |m, value, other| Ok(m.strict_equal(value, other))),
    test("ne", 1, |m, value, other| Ok(!m.strict_equal(value, other))),
    test("escaped", 0, |_, value, _| Ok(matches!(value, Value::Safe(_)))),
    test("even", 0, |m, value, _| Ok(m.to_number(value)? % 2.0 == 0.0)),
    test("odd", 0, |m, value, _| Ok(m.to_number(value)? % 2.0 == 1.0)),
    test("truthy", 0, |_, value, _| Ok(value.truthy())),
    test("falsy", 0, |_, value, _| Ok(!value.truthy())),
    test("ge", 1, |m, value, other| Ok(order(m, value, other)?.is_some_and(Ordering::is_ge))),
    test("gt", 1, |m, value, other| Ok(order(m, value, other)?.is_some_and(Ordering::is_gt))),
    test("greaterthan", 1, |m, value, other| {
        Ok(order(m, value, other)?.is_some_and(Ordering::is_gt))
    }),
    test("le", 1, |m, value, other| Ok(order(m, value, other)?.is_some_and(Ordering::is_le))),
    test("lt", 1, |m, value, other| Ok(order(m, value, other)?.is_some_and(Ordering::is_lt))),
    test("lessthan", 1, |m, value, other| Ok(order(m, value, other)?.is_some_and(Ordering::is_lt))),
    test("iterable", 0, |_, value, _| match value {
        Value::Undefined | Value::Null => Err(Fail::new("iterable test requires a value")),
        value => Ok(matches!(value, Value::List(_) | Value::Text(_) | Value::Safe(_))),
    }),
    test("lower", 0, |_, value, _| unchanged(value, lower_case)),
    test("upper", 0, |_, value, _| unchanged(value, upper_case)),
    test("mapping", 0, |_, value, _| {
        Ok(matches!(value, Value::Record(_) | Value::Safe(_) | Value::Pattern(..)))
    }),
    test("none", 0, |_, value, _| Ok(matches!(value, Value::Null))),
    test("null", 0, |_, value, _| Ok(matches!(value, Value::Null))),
    test("number", 0, |_, value, _| Ok(matches!(value, Value::Number(_)))),
    test("string", 0, |_, value, _| Ok(matches!(value, Value::Text(_)))),
    test("undefined", 0, |_, value, _| Ok(matches!(value, Value::Undefined))),
];

const fn test(
    name: &'static str,
    arguments: usize,
    run: fn(&mut Machine<'_>, &Value, &Value) -> Res<bool>,
) -> Test {
    Test { name, arguments, run }
}

fn order(m: &mut Machine<'_>, value: &Value, other: &Value) -> Res<Option<Ordering>> {
    m.order(value, other)
}

/// Whether changing the case of a text leaves it as it is.
fn unchanged(value: &Value, change: fn(&Text) -> Text) -> Res<bool> {
    match value {
        Value::Text(text) => Ok(change(text) == *text),
        // A marked text is an object, which is never the same as a plain text.
        Value::Safe(_) => Ok(false),
        _ => Err(Fail::new("Filter input must be a string")),
    }
}
