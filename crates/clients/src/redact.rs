//! Takes secrets out of text before anybody reads it: passwords and tokens inside addresses.

/// The same text with `user:password@` and secret query values in addresses replaced by `***`.
///
/// ```
/// let text = "fatal: https://jane:hunter2@git.example.com/a.git is not there";
/// assert_eq!(clients::redact::redact(text), "fatal: https://***@git.example.com/a.git is not there");
/// ```
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let scheme = scheme_of(&before[..at]);
        let end = after.find(ends_address).unwrap_or(after.len());
        address(&mut out, scheme, &after[..end]);
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// Replaces every occurrence of a known secret; short ones are left, they would hit plain words.
pub fn redact_secret(text: &str, secret: &str) -> String {
    if secret.len() < 4 { text.to_owned() } else { text.replace(secret, "***") }
}

fn scheme_of(before: &str) -> &str {
    let start = before
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    &before[start..]
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`')
}

/// One address without its scheme: `user:password@host/path?query`.
fn address(out: &mut String, scheme: &str, text: &str) {
    let authority_end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let (authority, tail) = text.split_at(authority_end);
    match authority.rsplit_once('@') {
        // The account of an SSH address is no secret, and without it the address says little.
        Some((user, host)) if scheme.ends_with("ssh") && !user.contains(':') => {
            out.push_str(user);
            out.push('@');
            out.push_str(host);
        }
        Some((_, host)) => {
            out.push_str("***@");
            out.push_str(host);
        }
        None => out.push_str(authority),
    }
    let Some((path, query)) = tail.split_once('?') else {
        out.push_str(tail);
        return;
    };
    out.push_str(path);
    for (index, pair) in query.split('&').enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) if names_a_secret(name) => {
                out.push_str(name);
                out.push_str("=***");
            }
            _ => out.push_str(pair),
        }
    }
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "passw", "key", "sig", "auth", "credential", "code"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_passwords_and_tokens_out() {
        for (text, expected) in [
            ("https://jane:pw@host/a", "https://***@host/a"),
            ("'https://ghp_abc@host:8443/a'", "'https://***@host:8443/a'"),
            ("http://a:b@c@host", "http://***@host"),
            ("ssh://git@host/a", "ssh://git@host/a"),
            ("ssh://git:pw@host/a", "ssh://***@host/a"),
            (
                "https://host/@scope/x?private_token=abc&page=2",
                "https://host/@scope/x?private_token=***&page=2",
            ),
            (
                "first https://u:p@a/ then https://v:q@b/",
                "first https://***@a/ then https://***@b/",
            ),
            ("no address, user:pass@host", "no address, user:pass@host"),
            ("ü://x:y@z", "ü://***@z"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn takes_known_secrets_out() {
        assert_eq!(redact_secret("Basic hunter2!", "hunter2"), "Basic ***!");
        assert_eq!(redact_secret("abc", "a"), "abc");
    }
}
