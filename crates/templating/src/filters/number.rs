//! Filters that make numbers.

use super::call::Call;
use crate::error::Res;
use crate::machine::Machine;
use crate::number;
use crate::value::Value;

/// `abs`: without its sign.
pub(super) fn abs(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    Ok(Value::Number(m.to_number(&call.input)?.abs()))
}

/// `float(default)`: the number the input begins with.
pub(super) fn float(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let number = number::parse_float(&m.to_text(&call.input)?.to_str());
    Ok(if number.is_nan() { call.argument(0).clone() } else { Value::Number(number) })
}

/// `int(default, base)`: the whole number the input begins with.
pub(super) fn int(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let [default, base] = call.bind(m, ["default", "base"]);
    let base = match base {
        Value::Undefined => 10.0,
        base => m.to_number(&base)?,
    };
    let number = number::parse_int(&m.to_text(&call.input)?.to_str(), base);
    Ok(if number.is_nan() { default } else { Value::Number(number) })
}

/// `round(precision, method)`: to that many places, a tie upwards; or `ceil` or `floor`.
pub(super) fn round(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let number = m.to_number(&call.input)?;
    let precision = match call.argument(0) {
        value if !value.truthy() => 0.0,
        value => m.to_number(value)?,
    };
    let factor = 10_f64.powf(precision);
    let scaled = number * factor;
    let rounded = match call.argument(1) {
        Value::Text(method) if method.as_utf8() == Some("ceil") => scaled.ceil(),
        Value::Text(method) if method.as_utf8() == Some("floor") => scaled.floor(),
        _ if scaled - scaled.floor() >= 0.5 => scaled.floor() + 1.0,
        _ => scaled.floor(),
    };
    Ok(Value::Number(rounded / factor))
}
