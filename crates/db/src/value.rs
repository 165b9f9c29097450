//! What can be bound to a parameter.

use model::time::Timestamp;

/// A typed value, or a typed null.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `bigint`
    Int(Option<i64>),
    /// `double precision`
    Real(Option<f64>),
    /// `text`
    Text(Option<String>),
    /// `boolean`
    Bool(Option<bool>),
}

macro_rules! from {
    ($($type:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::$variant(Some($convert(value)))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Value {
                Value::$variant(value.map($convert))
            }
        }
    )*};
}

from! {
    i64 => Int, |value| value;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    f64 => Real, |value| value;
    bool => Bool, |value| value;
    String => Text, |value| value;
    &str => Text, str::to_owned;
    &String => Text, String::clone;
    Timestamp => Int, |value: Timestamp| value.0;
}
