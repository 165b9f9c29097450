//! Takes encodings off a text, to see what it says.

/// What a text says, when encodings are taken off it as often as they change something; each step
/// of the way.
pub(super) fn decoded(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut last = vec![text.to_owned()];
    for _ in 0..3 {
        let mut next = Vec::new();
        for text in &last {
            for decode in [json, html, percent] {
                let plain = decode(text);
                if plain != *text && !found.contains(&plain) && found.len() < 24 {
                    found.push(plain.clone());
                    next.push(plain);
                }
            }
        }
        last = next;
    }
    found
}

/// `\"`, `\\`, `\u00e4` and their like.
fn json(text: &str) -> String {
    replaced(text, '\\', |rest| {
        let letter = rest.chars().next()?;
        let plain = match letter {
            '"' | '\\' | '/' | '\'' => letter,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => return unicode(&rest[1..]).map(|(plain, length)| (plain, length + 1)),
            _ => return None,
        };
        Some((plain, 1))
    })
}

fn unicode(rest: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u16::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    let first = unit(0)?;
    match char::from_u32(u32::from(first)) {
        Some(plain) => Some((plain, 4)),
        None => {
            let second = (rest.get(4..6)? == "\\u").then(|| unit(6)).flatten()?;
            let plain = char::decode_utf16([first, second]).next()?.ok()?;
            Some((plain, 10))
        }
    }
}

/// `&quot;`, `&#39;`, `&#x27;` and their like.
fn html(text: &str) -> String {
    replaced(text, '&', |rest| {
        let end = rest.char_indices().take(10).find(|(_, letter)| *letter == ';')?.0;
        let plain = match &rest[..end] {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            name => {
                let digits = name.strip_prefix('#')?;
                let number = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => digits.parse(),
                };
                char::from_u32(number.ok()?)?
            }
        };
        Some((plain, end + 1))
    })
}

/// `%20`; `+` is a blank where there is none else.
fn percent(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let blanks = text.replace('+', " ");
    let text = if text.contains(' ') { text } else { &blanks };
    String::from_utf8_lossy(&percent_encoding::percent_decode_str(text).collect::<Vec<u8>>())
        .into_owned()
}

/// Replaces what begins with a sign; `read` answers with what it stands for and
/// how long it is after the sign.
fn replaced(text: &str, sign: char, read: impl Fn(&str) -> Option<(char, usize)>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        plain.push_str(&rest[..at]);
        rest = &rest[at + sign.len_utf8()..];
        match read(rest) {
            Some((letter, length)) => {
                plain.push(letter);
                rest = &rest[length..];
            }
            None => plain.push(sign),
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_encodings_off() {
        let check = |text: &str, plain: &str| {
            assert!(
                decoded(text).iter().any(|found| found == plain),
                "{text}: {:?}",
                decoded(text)
            );
        };
        check(r#"a \"b\" \\ \u00e4 \ud83d\ude80"#, "a \"b\" \\ ä 🚀");
        check("&lt;b&#92;&#x27;&amp;&nbsp;", "<b\\'& ");
        check("a%20b%C3%A4%2B", "a bä+");
        check("a+b%26c", "a b&c");
        // One within another.
        check("%26quot%3Ba", "\"a");
        check(r"\\\\\\\\", r"\");
        for text in ["plain", "100 % & more \\", "&unknown; &#xzz; %zz \\q \\u12", "\\", "&", "%"] {
            decoded(text);
        }
        assert!(decoded("plain").is_empty());
    }
}
