//! Methods of numbers.

use super::arguments::number_or;
use crate::error::{Fail, Res};
use crate::machine::Machine;
use crate::number;
use crate::value::Value;

/// `toFixed(places)`.
pub(super) fn to_fixed(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let digits = digits(m, arguments, "toFixed", (0.0, 100.0))?.unwrap_or(0);
    Ok(Value::text(number::to_fixed(own(value), digits)))
}

/// `toPrecision(digits)`.
pub(super) fn to_precision(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let number = own(value);
    if !number.is_finite() {
        return Ok(Value::text(number::to_text(number)));
    }
    Ok(Value::text(match digits(m, arguments, "toPrecision", (1.0, 100.0))? {
        Some(digits) => number::to_precision(number, digits),
        None => number::to_text(number),
    }))
}

/// `toExponential(places)`.
pub(super) fn to_exponential(
    m: &mut Machine<'_>,
    value: &Value,
    arguments: &[Value],
) -> Res<Value> {
    let number = own(value);
    if !number.is_finite() {
        return Ok(Value::text(number::to_text(number)));
    }
    let digits = digits(m, arguments, "toExponential", (0.0, 100.0))?;
    Ok(Value::text(number::to_exponential(number, digits)))
}

/// `toString(radix)`.
pub(super) fn to_string(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let radix = digits(m, arguments, "toString", (2.0, 36.0))?.unwrap_or(10);
    // The check leaves 36 at most.
    Ok(Value::text(number::to_radix(own(value), u32::try_from(radix).unwrap_or(10))))
}

fn digits(
    m: &mut Machine<'_>,
    arguments: &[Value],
    name: &str,
    (least, most): (f64, f64),
) -> Res<Option<usize>> {
    if matches!(arguments.first(), None | Some(Value::Undefined)) {
        return Ok(None);
    }
    let digits = number::to_integer(number_or(m, arguments, 0, 0.0)?);
    if (least..=most).contains(&digits) {
        return Ok(Some(digits as usize));
    }
    Err(Fail::new(format!("the argument of {name} must be between {least} and {most}")))
}

fn own(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        _ => f64::NAN,
    }
}
