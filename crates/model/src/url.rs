//! Whether a text is an absolute URL, by the rules browsers follow.
//!
//! Only a verdict is needed, in the browser too, so the parts are looked at and not kept.

/// Schemes whose URLs always have a host (`file` may leave it empty).
const SPECIAL: [&str; 6] = ["http", "https", "ws", "wss", "ftp", "file"];

/// Whether browsers would take the text for an absolute URL, of any scheme.
pub fn is_absolute(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c <= ' ');
    // Tabs and line breaks within an address are passed over.
    let text: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let Some((scheme, rest)) = split_scheme(&text) else { return false };
    if scheme == "file" {
        return is_file(rest);
    }
    if SPECIAL.contains(&scheme.as_str()) {
        let rest = rest.trim_start_matches(['/', '\\']);
        return is_authority(before(rest, &['/', '\\', '?', '#']), true);
    }
    match rest.strip_prefix("//") {
        Some(rest) => is_authority(before(rest, &['/', '?', '#']), false),
        // Anything goes after the scheme: `mailto:`, `slack:`, a path.
        None => true,
    }
}

/// The scheme in lower case and what follows its colon.
fn split_scheme(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let good = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    good.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// A `file:` URL needs no host, and what looks like a drive letter is none.
fn is_file(rest: &str) -> bool {
    let mut slashes = rest.chars();
    let is_slash = |c: Option<char>| matches!(c, Some('/' | '\\'));
    if !is_slash(slashes.next()) || !is_slash(slashes.next()) {
        return true;
    }
    let host = before(slashes.as_str(), &['/', '\\', '?', '#']);
    let bytes = host.as_bytes();
    let drive = bytes.len() == 2 && bytes[0].is_ascii_alphabetic() && b":|".contains(&bytes[1]);
    host.is_empty() || drive || is_host(host, true)
}

/// `[user[:password]@]host[:port]`.
fn is_authority(authority: &str, special: bool) -> bool {
    let (credentials, host_and_port) = match authority.rsplit_once('@') {
        Some((_, host)) => (true, host),
        None => (false, authority),
    };
    // A colon inside the brackets of an IPv6 address starts no port.
    let search_from = host_and_port.find(']').unwrap_or(0);
    let (host, port) = match host_and_port[search_from..].find(':') {
        Some(colon) if !(search_from == 0 && host_and_port.starts_with('[')) => {
            let colon = search_from + colon;
            (&host_and_port[..colon], Some(&host_and_port[colon + 1..]))
        }
        _ => (host_and_port, None),
    };
    let port_fits = port.is_none_or(|port| {
        port.bytes().all(|b| b.is_ascii_digit())
            && (port.is_empty()
                || port.trim_start_matches('0').is_empty()
                || port.parse::<u16>().is_ok())
    });
    if host.is_empty() {
        return !special && !credentials && port.is_none();
    }
    port_fits && is_host(host, special)
}

fn is_host(host: &str, special: bool) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok());
    }
    if !special {
        return !host.chars().any(is_forbidden_in_host);
    }
    let Some(domain) = percent_decode(host) else { return false };
    // Full-width forms mean the same as plain characters, soft hyphens mean nothing.
    let domain: String = domain.chars().filter_map(fold).collect();
    if domain.is_empty()
        || domain
            .chars()
            .any(|c| is_forbidden_in_host(c) || c <= '\u{1F}' || c == '%' || c == '\u{7F}')
        || domain.chars().any(is_unseen)
        || !domain.split('.').all(is_label)
    {
        return false;
    }
    match last_label(&domain) {
        Some(label) if is_number(label) => is_ipv4(&domain),
        _ => true,
    }
}

/// Characters that are not seen, or turn around what is: no name of a host has them.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2061}'..='\u{2063}'
            | '\u{2066}'..='\u{206F}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FFF9}'..='\u{FFFF}'
            | '\u{E0000}'..='\u{E00FF}'
            | '\u{F0000}'..='\u{10FFFF}'
    )
}

/// Whether a part of a host's name can be one; `xn--` begins one that is written in ASCII for
/// other letters.
fn is_label(label: &str) -> bool {
    let encoded = label.get(..4).filter(|start| start.eq_ignore_ascii_case("xn--"));
    let Some(_) = encoded else { return true };
    let decoded = punycode(&label[4..].to_ascii_lowercase());
    decoded.is_some_and(|text| !text.is_ascii() && !text.chars().any(is_unseen))
}

/// The text that Punycode (RFC 3492) stands for.
fn punycode(text: &str) -> Option<String> {
    let (plain, code) = text.rsplit_once('-').unwrap_or(("", text));
    let mut found: Vec<char> = plain.chars().collect();
    if !plain.is_ascii() || code.is_empty() {
        return None;
    }
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = code.bytes();
    while digits.len() > 0 {
        let (start, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                letter @ b'a'..=b'z' => letter - b'a',
                number @ b'0'..=b'9' => number - b'0' + 26,
                _ => return None,
            };
            i = i.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if u32::from(digit) < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let count = found.len() as u32 + 1;
        let mut delta = (i - start) / if start == 0 { 700 } else { 2 };
        delta += delta / count;
        let mut steps = 0;
        while delta > 455 {
            delta /= 35;
            steps += 36;
        }
        bias = steps + 36 * delta / (delta + 38);
        n = n.checked_add(i / count)?;
        i %= count;
        found.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(found.into_iter().collect())
}

fn is_forbidden_in_host(c: char) -> bool {
    matches!(
        c,
        '\0' | '\t'
            | '\n'
            | '\r'
            | ' '
            | '#'
            | '/'
            | ':'
            | '<'
            | '>'
            | '?'
            | '@'
            | '['
            | '\\'
            | ']'
            | '^'
            | '|'
    )
}

/// A text without its percent encoding; none when what is encoded is not UTF-8.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn fold(c: char) -> Option<char> {
    match c {
        '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => None,
        '。' | '．' | '｡' => Some('.'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{3000}' | '\u{A0}' => Some(' '),
        _ => Some(c),
    }
}

/// The last label of a domain, a dot at its end left aside.
fn last_label(domain: &str) -> Option<&str> {
    let domain = match domain.strip_suffix('.') {
        Some("") | None => domain,
        Some(shorter) => shorter,
    };
    domain.rsplit('.').next().filter(|label| !label.is_empty())
}

/// Digits, or `0x` and hexadecimal digits: the domain has to be an IPv4 address then.
fn is_number(label: &str) -> bool {
    label.bytes().all(|b| b.is_ascii_digit())
        || label
            .strip_prefix("0x")
            .or_else(|| label.strip_prefix("0X"))
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// One to four numbers, decimal, octal or hexadecimal; the last one fills what is left of 32 bits.
fn is_ipv4(domain: &str) -> bool {
    let parts: Vec<&str> = domain.strip_suffix('.').unwrap_or(domain).split('.').collect();
    let Some((last, others)) = parts.split_last() else { return false };
    if parts.len() > 4 {
        return false;
    }
    let room = 256_u64.pow(5 - parts.len() as u32);
    others.iter().all(|part| ipv4_part(part).is_some_and(|value| value < 256))
        && ipv4_part(last).is_some_and(|value| value < room)
}

fn ipv4_part(part: &str) -> Option<u64> {
    let (digits, radix) = match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if part.len() > 1 && part.starts_with('0') => (&part[1..], 8),
        None if part.is_empty() => return None,
        None => (part, 10),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, radix).ok() }
}

fn before<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_urls_of_any_scheme() {
        for text in [
            "https://a.example",
            "HTTP:a",
            "https:/a/b",
            "http://user:pass@a:8080/x?y#z",
            "http://a:0",
            "http://a:",
            "http://[::1]:80/",
            "http://1.2.3.4",
            "http://0x7f.1",
            "https://exämple.org/ü",
            "  https://a  ",
            "ht\ntps://a",
            "mailto:a@b.c",
            "slack://channel?team=T1&id=C1",
            "x:",
            "x://",
            "file:///etc",
            "file:c:/x",
            "urn:isbn:1",
            "javascript:alert(1)",
            "https://{x}/",
            "https://xn--bcher-kva.example",
            "https://XN--BCHER-KVA.example",
            "http://xn--zzzzzzzzzz",
        ] {
            assert!(is_absolute(text), "{text:?} was refused");
        }
    }

    #[test]
    fn everything_else() {
        for text in [
            "",
            "a",
            "/docs",
            "./x",
            "//a/b",
            "not a url",
            "1a:b",
            ":a",
            "http:",
            "http://",
            "https:///?x",
            "http://a b",
            "http://a:99999",
            "http://a:x",
            "http://user@",
            "http://:80",
            "http://[::1",
            "http://[::g]",
            "http://1.2.3.4.5",
            "http://256.1.1.1",
            "http://a%20b",
            "http://a%",
            "http://a<b",
            "https://${{ values.x }}/",
            "https://xn--.example",
            "https://xn--a",
            "https://xn--é.example",
            "https://a\u{202E}b.example",
            "https://a\u{2028}b.example",
            "https://a%E2%80%AEb.example",
            "x://a b",
            "x://u@",
            "file://a:80/",
        ] {
            assert!(!is_absolute(text), "{text:?} was accepted");
        }
    }
}
