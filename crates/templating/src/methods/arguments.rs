//! What methods do with their value and their arguments.

use crate::error::Res;
use crate::machine::Machine;
use crate::text::Text;
use crate::value::Value;

/// An argument as a number; `default` when it is not there.
pub(super) fn number_or(
    m: &mut Machine<'_>,
    arguments: &[Value],
    at: usize,
    default: f64,
) -> Res<f64> {
    match arguments.get(at) {
        None | Some(Value::Undefined) => Ok(default),
        Some(value) => m.to_number(value),
    }
}

/// The value's own text; methods of texts are only found on texts.
pub(super) fn own_text(value: &Value) -> Text {
    match value {
        Value::Text(text) | Value::Safe(text) => text.clone(),
        _ => "".into(),
    }
}
