//! Environment variables in texts: `${NAME}`, `${NAME:-default}` and `$${…}` for the text itself.

/// A variable of this process's environment. Nothing else in the program reads it.
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Fills in the variables of a text; the error says what is wrong and what to do, and holds no
/// value of any variable.
pub(super) fn substitute(
    text: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut unset = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, after) = (&rest[..start], &rest[start + 2..]);
        let escaped = before.ends_with('$');
        let Some(end) = after.find('}') else {
            if escaped {
                break;
            }
            return Err("`${` without its `}`: close it, or write `$${` for the text itself".into());
        };
        let inner = &after[..end];
        rest = &after[end + 1..];
        filled.push_str(before);
        if escaped {
            // `before` brought one of the two dollars.
            filled.push('{');
            filled.push_str(inner);
            filled.push('}');
            continue;
        }
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name.trim(), Some(default.trim())),
            None => (inner.trim(), None),
        };
        if !is_name(name) {
            return Err(format!(
                "`${{{}}}` does not name an environment variable: use letters, digits and `_`, or \
                 write `$${{` for the text itself",
                inner.chars().take(40).collect::<String>()
            ));
        }
        match (env(name), default) {
            (Some(value), None) => filled.push_str(&value),
            (Some(value), Some(_)) if !value.is_empty() => filled.push_str(&value),
            (_, Some(default)) => filled.push_str(default),
            (None, None) => unset.push(name),
        }
    }
    if let Some(first) = unset.first() {
        return Err(match unset.len() {
            1 => format!(
                "the environment variable {first} is not set: set it, or write \
                 `${{{first}:-default}}`"
            ),
            _ => format!(
                "the environment variables {} are not set: set them, or write \
                 `${{{first}:-default}}`",
                unset.join(", ")
            ),
        });
    }
    // An escape without its end stays as it is, less one dollar.
    match rest.find("$${") {
        Some(start) => {
            filled.push_str(&rest[..start]);
            filled.push_str(&rest[start + 1..]);
        }
        None => filled.push_str(rest),
    }
    Ok(filled)
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let env = |name: &str| match name {
            "HOST" => Some("db.example.com".to_owned()),
            "PORT" => Some("5432".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        match (substitute(text, &env), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(found), Err(part)) => assert!(found.contains(part), "{text}: {found}"),
            (found, expected) => panic!("{text}: found {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn variables_are_filled_in() {
        check("plain $5 {x}", Ok("plain $5 {x}"));
        check("${HOST}:${PORT}", Ok("db.example.com:5432"));
        check("${ HOST }", Ok("db.example.com"));
        check("${USER_NAME:-callboard}", Ok("callboard"));
        check("${HOST:-other}", Ok("db.example.com"));
        check("${EMPTY:-used when empty}", Ok("used when empty"));
        check("[${EMPTY}][${NOT_SET:-}]", Ok("[][]"));
        check("${NOT_SET:-http://localhost:80}", Ok("http://localhost:80"));
    }

    #[test]
    fn two_dollars_mean_the_text_itself() {
        check("$${HOST} ${PORT}", Ok("${HOST} 5432"));
        check("$${{ parameters.name }}", Ok("${{ parameters.name }}"));
        check("ends with $${", Ok("ends with ${"));
    }

    #[test]
    fn what_cannot_be_filled_in_is_named() {
        check("${NOT_SET}", Err("NOT_SET is not set"));
        check("${ONE}${HOST}${TWO}", Err("ONE, TWO are not set"));
        check("${HOST", Err("without its `}`"));
        check("${not a name}", Err("does not name"));
        check("${}", Err("does not name"));
        check("${1ST}", Err("does not name"));
    }
}
