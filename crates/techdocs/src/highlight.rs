//! Code to lines of HTML with class names for its words (`hl-k` a keyword, `hl-s` a text, …).
//!
//! The grammars are `two-face`'s, read by `syntect`; why, and what that costs, is in
//! `docs/adr/0012-highlighting.md`. Colours are an extra: code that is long, or takes its time, is
//! shown without.

mod classes;
mod languages;
mod reader;

use crate::markdown::html::escape;
use hashlink::LruCache;
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Longer code is shown without colours: nobody reads them, and the page grows threefold.
const MAX_BYTES: usize = 64 * 1024;
/// A longer line was not written by hand, and patterns may look at all of it from each of its places.
const MAX_LINE: usize = 1024;
/// How long colours may delay a page.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// What was read lately, in bytes of HTML: pages are rendered for each reader.
const MAX_CACHE: usize = 4 * 1024 * 1024;

/// Code is tried so often; then its patterns are what takes the time, and not a busy machine.
const MAX_TRIES: u8 = 5;
/// How many slow pieces of code are remembered.
const MAX_SLOW: usize = 1000;

/// The time that a page has for its colours.
#[derive(Debug)]
pub(crate) struct Budget(Duration);

impl Default for Budget {
    fn default() -> Budget {
        Budget(PAGE_TIME)
    }
}

/// Whether a language of this name has colours.
pub(crate) fn knows(language: &str) -> bool {
    languages::grammar(language).is_some()
}

/// The lines of the code as HTML, every line complete in itself.
pub(crate) fn lines(code: &str, language: &str, budget: &mut Budget) -> Arc<[String]> {
    let code = code.strip_suffix('\n').unwrap_or(code);
    let fits = code.len() <= MAX_BYTES && code.split('\n').all(|line| line.len() <= MAX_LINE);
    let coloured = languages::grammar(language)
        .filter(|_| fits)
        .and_then(|grammar| coloured(code, language, grammar, budget));
    coloured.unwrap_or_else(|| code.split('\n').map(escape).collect())
}

/// From what was read lately, else read now.
fn coloured(
    code: &str,
    language: &str,
    grammar: &'static str,
    budget: &mut Budget,
) -> Option<Arc<[String]>> {
    let key = key(code, language);
    if let Ok(mut known) = KNOWN.lock() {
        if let Some(lines) = known.lines.get(&key) {
            return Some(lines.clone());
        }
        if known.slow.get(&key).is_some_and(|tries| *tries >= MAX_TRIES) {
            return None;
        }
    }
    let start = Instant::now();
    let lines = match languages::prompts(language) {
        Some(prompts) => session(code, grammar, prompts, budget.0),
        None => reader::lines(code, grammar, budget.0),
    };
    budget.0 = budget.0.saturating_sub(start.elapsed());
    let lines: Option<Arc<[String]>> = lines.map(Into::into);
    if let Ok(mut known) = KNOWN.lock() {
        match &lines {
            Some(lines) => known.insert(key, lines.clone()),
            None => known.count(key),
        }
    }
    lines
}

/// Commands behind their prompts are read as code, together; what they answered is shown as it is.
fn session(
    code: &str,
    grammar: &'static str,
    prompts: &[&str],
    time: Duration,
) -> Option<Vec<String>> {
    let prompt = |line: &str| prompts.iter().find(|prompt| line.starts_with(**prompt));
    let split = |line| prompt(line).map(|prompt| str::split_at(line, prompt.len() - 1));
    let commands: Vec<&str> = code.split('\n').filter_map(|line| Some(split(line)?.1)).collect();
    if commands.is_empty() {
        return reader::lines(code, grammar, time);
    }
    let mut commands = reader::lines(&commands.join("\n"), grammar, time)?.into_iter();
    let line = |line| match split(line) {
        Some((prompt, _)) => {
            let command = commands.next().unwrap_or_default();
            format!("<span class=\"hl-m\">{}</span>{command}", escape(prompt))
        }
        None => escape(line),
    };
    Some(code.split('\n').map(line).collect())
}

type Key = [u8; 32];

fn key(code: &str, language: &str) -> Key {
    Sha256::new().chain_update(language).chain_update([0]).chain_update(code).finalize().into()
}

/// Read lately, the latest last.
struct Known {
    lines: LruCache<Key, Arc<[String]>>,
    bytes: usize,
    /// How often there was no time for this code.
    slow: LruCache<Key, u8>,
}

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

impl Default for Known {
    fn default() -> Known {
        Known { lines: LruCache::new_unbounded(), bytes: 0, slow: LruCache::new(MAX_SLOW) }
    }
}

impl Known {
    fn count(&mut self, key: Key) {
        let tries = self.slow.get(&key).map_or(0, |tries| *tries);
        self.slow.insert(key, tries.saturating_add(1));
    }

    fn insert(&mut self, key: Key, lines: Arc<[String]>) {
        self.bytes += size(&lines);
        if let Some(before) = self.lines.insert(key, lines) {
            self.bytes -= size(&before);
        }
        while self.bytes > MAX_CACHE
            && let Some((_, oldest)) = self.lines.remove_lru()
        {
            self.bytes -= size(&oldest);
        }
    }
}

/// What lines take in memory, about.
fn size(lines: &[String]) -> usize {
    lines.iter().map(|line| line.len() + size_of::<String>()).sum::<usize>() + size_of::<Key>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &str, code: &str) -> Vec<String> {
        lines(code, language, &mut Budget::default()).to_vec()
    }

    /// Every grammar, code that is broken in every way: nothing is lost, nothing unescaped, and none
    /// takes its time.
    #[test]
    fn broken_code_is_read_to_its_end_in_every_language() {
        let pieces = [
            "\"", "'", "`", "/*", "<", "&", "$", "${", "é", "\\", "r#\"", "@", "#", "-", ":", "0x",
            "\n", " ", "a", "|", "[", "=", "!", "{{", "(", "<?php ", "<<EOF\n", "<script>",
        ];
        let mut code = String::new();
        for (a, first) in pieces.iter().enumerate() {
            let second = pieces[(a * 7 + 3) % pieces.len()];
            code.push_str(&format!("{first}{second}{first}\n{second}x{first} "));
        }
        for grammar in languages::grammars() {
            let read = reader::lines(&code, grammar, Duration::from_secs(20));
            let lines = read.unwrap_or_else(|| panic!("{grammar} did not come to its end"));
            assert_eq!(text(&lines), code, "{grammar}");
        }
    }

    /// What a browser would show.
    fn text(lines: &[String]) -> String {
        let mut html = lines.join("\n");
        while let Some(start) = html.find('<') {
            let end = start + html[start..].find('>').unwrap();
            let tag = &html[start..=end];
            assert!(tag == "</span>" || tag.starts_with("<span class=\"hl-"), "{tag}");
            html.replace_range(start..=end, "");
        }
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn what_takes_its_time_is_shown_without_colours() {
        for _ in 0..=MAX_TRIES {
            let mut budget = Budget(Duration::ZERO);
            assert_eq!(lines("let zero = 1;", "rust", &mut budget).to_vec(), ["let zero = 1;"]);
        }
        // It is not tried any more.
        assert_eq!(shown("rust", "let zero = 1;"), ["let zero = 1;"]);
        assert_ne!(shown("rust", "let one = 1;"), ["let one = 1;"]);
        let long = "x ".repeat(MAX_LINE);
        assert_eq!(shown("rust", &long), [long.as_str()]);
        let many = "let x;\n".repeat(MAX_BYTES / 6);
        assert!(shown("rust", &many).iter().all(|line| line == "let x;"));
    }

    #[test]
    fn what_was_read_lately_is_bounded() {
        let mut known = Known::default();
        for n in 0..40_usize {
            known.insert(key(&n.to_string(), ""), [" ".repeat(MAX_CACHE / 16)].into());
        }
        assert!(known.bytes <= MAX_CACHE && known.lines.len() < 17);
        let before = known.bytes;
        known.insert(key("39", ""), [" ".repeat(MAX_CACHE / 16)].into());
        assert_eq!(known.bytes, before);
    }
}
