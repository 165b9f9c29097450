//! Takes secrets out of texts, in whatever way they are written there.

mod decode;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::collections::BTreeSet;
use templating::URI_COMPONENT;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// The least letters of a line of a secret that are looked for by themselves.
const LEAST_LINE: usize = 6;

/// The least letters of Base64 that are looked for: fewer stand in ordinary words.
const LEAST_BASE64: usize = 6;

/// What an address leaves as it is in a path.
const PATH: AsciiSet = URI_COMPONENT
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// The least letters of a secret that are looked for behind encodings nobody thought of.
const LEAST_HIDDEN: usize = 4;

/// Takes secrets out of texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor(Option<Known>);

#[derive(Debug, Clone)]
struct Known {
    /// The secrets as they are usually written.
    forms: AhoCorasick,
    /// The secrets themselves.
    plain: AhoCorasick,
}

impl Redactor {
    /// For every text in these values that is longer than one character.
    pub(crate) fn new<'v>(secrets: impl Iterator<Item = &'v Value>) -> Redactor {
        let mut texts = BTreeSet::new();
        secrets.for_each(|value| collect(value, &mut texts));
        Redactor::of(&texts)
    }

    /// For these texts.
    pub(crate) fn of(texts: &BTreeSet<String>) -> Redactor {
        let mut forms = BTreeSet::new();
        for text in texts.iter().filter(|text| text.chars().count() > 1) {
            add_forms(text, &mut forms);
        }
        if forms.is_empty() {
            return Redactor(None);
        }
        // The longest is taken first: a secret may be the beginning of another.
        let build = |list: Vec<&str>| {
            let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(list);
            built.expect("fewer than the library's limit of patterns")
        };
        let long = |text: &&str| text.chars().count() >= LEAST_HIDDEN;
        let plain = texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(long);
        Redactor(Some(Known {
            forms: build(forms.iter().map(String::as_str).collect()),
            plain: build(plain.collect()),
        }))
    }

    /// The text with asterisks in place of secrets. A line that still says one when its encodings
    /// are taken off is left out as a whole.
    pub(crate) fn redact(&self, text: &str) -> String {
        let Some(known) = &self.0 else { return text.to_owned() };
        let mut shown = String::with_capacity(text.len());
        known.forms.replace_all_with(text, &mut shown, |_, _, shown| {
            shown.push_str(MASK);
            true
        });
        if !shown.contains(['&', '%', '\\']) {
            return shown;
        }
        let hides = |line: &str| {
            decode::decoded(line).iter().any(|plain| known.plain.is_match(plain.as_str()))
        };
        let lines = shown.split('\n').map(|line| if hides(line) { MASK } else { line });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn changes(&self, text: &str) -> bool {
        self.redact(text) != text
    }

    /// The value with asterisks in every text and every key, and whether there were any.
    pub(crate) fn redact_value(&self, value: &Value) -> (Value, bool) {
        if self.0.is_none() {
            return (value.clone(), false);
        }
        match value {
            Value::String(text) => {
                let shown = self.redact(text);
                let changed = shown != *text;
                (Value::from(shown), changed)
            }
            // A secret may be a number.
            Value::Number(number) if self.changes(&number.to_string()) => (Value::from(MASK), true),
            Value::Array(list) => {
                let items: Vec<(Value, bool)> =
                    list.iter().map(|item| self.redact_value(item)).collect();
                let any = items.iter().any(|(_, changed)| *changed);
                (items.into_iter().map(|(item, _)| item).collect(), any)
            }
            Value::Object(map) => {
                let mut any = false;
                let entries = map.iter().map(|(key, item)| {
                    let (item, changed) = self.redact_value(item);
                    any |= changed || self.changes(key);
                    (self.redact(key), item)
                });
                (Value::Object(entries.collect()), any)
            }
            other => (other.clone(), false),
        }
    }
}

/// Every text in a value; a number is one too.
pub(crate) fn collect(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            texts.insert(text.clone());
        }
        Value::Number(number) => {
            texts.insert(number.to_string());
        }
        Value::Array(list) => list.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.values().for_each(|item| collect(item, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether a stored output holds what was masked.
pub(crate) fn holds_mask(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MASK),
        Value::Array(list) => list.iter().any(holds_mask),
        Value::Object(map) => map.iter().any(|(key, item)| key.contains(MASK) || holds_mask(item)),
        _ => false,
    }
}

/// Whether an input may be made with secrets.
pub(crate) fn names_secrets(template: &Value) -> bool {
    match template {
        Value::String(text) => text.contains("secrets"),
        Value::Array(list) => list.iter().any(names_secrets),
        Value::Object(map) => map.values().any(names_secrets),
        _ => false,
    }
}

/// Texts that are other than they would be without secrets.
pub(crate) fn differing(with: &Value, without: Option<&Value>, texts: &mut BTreeSet<String>) {
    match (with, without) {
        (with, Some(without)) if with == without => {}
        (Value::Array(list), without) => {
            for (index, item) in list.iter().enumerate() {
                differing(item, without.and_then(|without| without.get(index)), texts);
            }
        }
        (Value::Object(map), without) => {
            for (key, item) in map {
                differing(item, without.and_then(|without| without.get(key)), texts);
            }
        }
        (other, _) => collect(other, texts),
    }
}

/// The ways in which a secret may be written.
fn add_forms(secret: &str, forms: &mut BTreeSet<String>) {
    let mut plain = BTreeSet::from([secret.to_owned()]);
    let trimmed = secret.trim();
    // Logs are read line by line, and texts lose the blanks around them.
    if trimmed.chars().count() > 1 {
        plain.insert(trimmed.to_owned());
    }
    if secret.trim().contains('\n') {
        let lines = secret.lines().map(str::trim);
        plain.extend(lines.filter(|line| line.len() >= LEAST_LINE).map(str::to_owned));
        plain.insert(secret.replace("\r\n", "\n"));
        plain.insert(secret.replace("\r\n", "\n").replace('\n', "\r\n"));
    }
    for text in plain {
        let json = json(&text);
        forms.insert(json_ascii(&json));
        // JSON within JSON, as bodies are written in logs.
        forms.insert(self::json(&json));
        forms.insert(json);
        for html in html(&text) {
            forms.insert(html);
        }
        for set in [&URI_COMPONENT, &PATH, NON_ALPHANUMERIC] {
            let encoded = utf8_percent_encode(&text, set).to_string();
            forms.insert(encoded.replace("%20", "+"));
            forms.insert(lower_escapes(&encoded));
            forms.insert(encoded);
        }
        // Quotes within quotes: of YAML and SQL, and of shells.
        forms.insert(text.replace('\'', "''"));
        forms.insert(text.replace('\'', "'\\''"));
        add_base64(text.as_bytes(), forms);
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        if hex.len() >= 8 {
            forms.insert(hex.to_uppercase());
            forms.insert(hex);
        }
        forms.insert(text);
    }
}

fn json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// As many programs write JSON: everything beyond ASCII as an escape.
fn json_ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter.is_ascii() {
            true => ascii.push(letter),
            false => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    ascii
}

fn html(text: &str) -> [String; 4] {
    let base = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quotes = |double: &str, single: &str| base.replace('"', double).replace('\'', single);
    [base.clone(), quotes("&quot;", "&#39;"), quotes("&quot;", "&#x27;"), quotes("&#34;", "&#39;")]
}

fn lower_escapes(encoded: &str) -> String {
    let mut lower = String::with_capacity(encoded.len());
    let mut left = 0;
    for letter in encoded.chars() {
        lower.push(if left > 0 { letter.to_ascii_lowercase() } else { letter });
        left = if letter == '%' { 2 } else { usize::saturating_sub(left, 1) };
    }
    lower
}

/// Base64 of the secret, also where it stands within something longer, such as `user:password`: of
/// each of the three ways it can lie there, the letters that depend on the secret alone.
fn add_base64(bytes: &[u8], forms: &mut BTreeSet<String>) {
    for before in 0..3usize {
        let mut padded = vec![0; before];
        padded.extend_from_slice(bytes);
        // The first letters hold bits of what stands before, the last ones of what follows.
        let start = (before * 8).div_ceil(6);
        let end = padded.len() * 8 / 6;
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&padded);
            if let Some(core) = encoded.get(start..end)
                && core.len() >= LEAST_BASE64
            {
                forms.insert(core.to_owned());
            }
        }
    }
    // The whole of a short one too.
    let whole = STANDARD_NO_PAD.encode(bytes);
    if whole.len() >= LEAST_BASE64 {
        forms.insert(whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn takes_a_secret_out_however_it_is_written() {
        let secret = "p\"ä\\s & w<r'd";
        let redactor = Redactor::new([json!(secret)].iter());
        let basic = STANDARD_NO_PAD.encode(format!("ada:{secret}"));
        let longer = STANDARD_NO_PAD.encode(format!("xx{secret}yy"));
        let query = "p%22%C3%A4%5Cs+%26+w%3Cr%27d";
        for text in [
            secret.to_owned(),
            json!({ "token": secret }).to_string(),
            json!({ "body": json!({ "token": secret }).to_string() }).to_string(),
            "\"p\\\"\\u00e4\\\\s & w<r'd\"".to_owned(),
            "https://host/?t=p%22%C3%A4%5Cs%20%26%20w%3Cr'd".to_owned(),
            "https://host/?t=p%22%c3%a4%5cs%20%26%20w%3cr'd".to_owned(),
            format!("a=1&b={query}"),
            "<b>p&quot;ä\\s &amp; w&lt;r&#39;d</b>".to_owned(),
            "<b>p&quot;ä\\s &amp; w&lt;r&#x27;d</b>".to_owned(),
            format!("Authorization: Basic {basic}"),
            format!("{longer}=="),
            "'p\"ä\\s & w<r''d'".to_owned(),
            // As other programs write it.
            "<b>p&quot;&#228;&#92;s &amp; w&lt;r&#39;d</b>".to_owned(),
            "p%22%C3%A4%5Cs%20%26%20w%3Cr%2527d".to_owned(),
        ] {
            let shown = redactor.redact(&text);
            assert!(shown.contains(MASK), "{text}");
            for part in ["r'd", "r&#", "r''d", "%5Cs", "%5cs", "\\\\s"] {
                assert!(!shown.contains(part), "{text} became {shown}");
            }
        }
        assert_eq!(redactor.redact("nothing in here"), "nothing in here");
    }

    #[test]
    fn a_secret_that_begins_another_leaves_nothing_of_it() {
        let redactor = Redactor::new([json!("abc"), json!("abcdef"), json!("x")].iter());
        assert_eq!(redactor.redact("1 abcdef 2 abc 3 x"), "1 *** 2 *** 3 x");
    }

    #[test]
    fn every_line_of_a_long_secret_is_one() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n";
        let redactor = Redactor::new([json!({ "key": [key] })].iter());
        let shown = redactor.redact("  MIIEvQIBADAN\n  BgkqhkiG9w0B\n");
        assert_eq!(shown, "  ***\n  ***\n");
    }

    #[test]
    fn values_are_masked_at_any_depth() {
        let redactor = Redactor::new([json!("s3cret"), json!(4711)].iter());
        let (shown, changed) = redactor.redact_value(
            &json!({"a": ["x s3cret y", 4711], "s3cret": 1, "open": [true, null, 5]}),
        );
        assert!(changed);
        assert_eq!(shown, json!({"a": ["x *** y", "***"], "***": 1, "open": [true, null, 5]}));
        assert!(!redactor.redact_value(&json!({"open": "text"})).1);
    }
}
