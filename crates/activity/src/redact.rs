//! Takes secrets out of what is recorded, in case somebody put one there.

use serde_json::Value;
use std::borrow::Cow;

/// What stands in place of a secret.
const REPLACED: &str = "***";

/// Names of fields, or parts of them, whose values are secrets.
const SECRET: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "credential",
    "apikey",
    "privatekey",
];

/// The same value without secrets: those of fields with a telling name, and those in addresses.
pub fn redact(mut value: Value) -> Value {
    redact_within(&mut value);
    value
}

fn redact_within(value: &mut Value) {
    match value {
        Value::String(text) => {
            let clean = changed(text);
            if let Some(clean) = clean {
                *text = clean;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(redact_within),
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_plain = matches!(value, Value::Bool(_) | Value::Null);
                match names_a_secret(name) && !is_plain {
                    true => *value = Value::from(REPLACED),
                    false => redact_within(value),
                }
            }
        }
        _ => {}
    }
}

/// The text without secrets, if there are any.
pub(crate) fn changed(text: &str) -> Option<String> {
    match redact_text(text) {
        Cow::Owned(clean) => Some(clean),
        Cow::Borrowed(_) => None,
    }
}

fn names_a_secret(name: &str) -> bool {
    // The shortest word has five letters.
    if name.len() < 5 {
        return false;
    }
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    SECRET.iter().any(|word| name.contains(word))
}

/// The same text without the accounts and the secret parameters of addresses in it.
pub fn redact_text(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        clean.push_str(before);
        let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'<>`".contains(c);
        let (address, tail) = after.split_at(after.find(ends).unwrap_or(after.len()));
        let is_ssh = before[..at].ends_with("ssh");
        push_address(&mut clean, address, is_ssh);
        rest = tail;
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// `user:password@host/path?query`
fn push_address(clean: &mut String, address: &str, is_ssh: bool) {
    let (authority, tail) =
        address.split_at(address.find(['/', '?', '#']).unwrap_or(address.len()));
    match authority.rsplit_once('@') {
        // The account of an SSH address is no secret.
        Some((account, host)) if is_ssh && !account.contains(':') => {
            clean.extend([account, "@", host]);
        }
        Some((_, host)) => clean.extend([REPLACED, "@", host]),
        None => clean.push_str(authority),
    }
    let (path, query) = tail.split_at(tail.find('?').unwrap_or(tail.len()));
    clean.push_str(path);
    for pair in query.split_inclusive(['?', '&', '#']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        clean.push_str(name);
        if pair.len() == name.len() {
            continue;
        }
        clean.push('=');
        let end = value.find(['&', '#']).unwrap_or(value.len());
        let secret = ["key", "sig", "auth", "code", "passw"];
        let is_secret = names_a_secret(name)
            || secret.iter().any(|word| name.to_ascii_lowercase().contains(word));
        clean.push_str(if is_secret { REPLACED } else { &value[..end] });
        clean.push_str(&value[end..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_do_not_come_into_records() {
        let value = json!({
            "target": "https://jane:hunter2@git.example/a.git",
            "values": {"api_key": "abc", "Access-Token": {"a": 1}, "needsSecrets": true},
            "list": ["see https://host/x?private_token=abc&page=2#top", 5],
            "plain": "no address, user:pass@host",
        });
        let expected = json!({
            "target": "https://***@git.example/a.git",
            "values": {"api_key": "***", "Access-Token": "***", "needsSecrets": true},
            "list": ["see https://host/x?private_token=***&page=2#top", 5],
            "plain": "no address, user:pass@host",
        });
        assert_eq!(redact(value), expected);
        assert_eq!(redact_text("git:ssh://git@host/a ü://x:y@z"), "git:ssh://git@host/a ü://***@z");
        assert_eq!(redact_text("https://host/?a&sig=1&b=2"), "https://host/?a&sig=***&b=2");
    }
}
