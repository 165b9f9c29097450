//! Large and small letters.

use crate::text::{Buffer, Text};

/// A text in capitals.
pub(crate) fn upper_case(text: &Text) -> Text {
    by_characters(text, str::to_uppercase)
}

/// A text in small letters.
pub(crate) fn lower_case(text: &Text) -> Text {
    by_characters(text, str::to_lowercase)
}

/// Changes the well-formed stretches of a text and leaves unpaired surrogates alone.
fn by_characters(text: &Text, change: fn(&str) -> String) -> Text {
    let units = match text {
        Text::Utf8(text) => return change(text).into(),
        Text::Wide(units) => units,
    };
    let mut out = Buffer::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(c) => out.push_str(&change(c.encode_utf8(&mut [0; 4]))),
            Err(unpaired) => out.push(&Text::from_units(&[unpaired.unpaired_surrogate()])),
        }
    }
    out.into_text()
}
