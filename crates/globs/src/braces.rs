//! Braces stand for alternatives (`{a,b}`) and ranges (`{1..3}`), as in a shell.

use crate::{Error, MAX_ALTERNATIVES};

/// Every pattern that one with braces stands for.
pub(crate) fn expand(pattern: &str) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![pattern.chars().collect::<Vec<char>>()];
    while let Some(next) = waiting.pop() {
        if found.len() + waiting.len() >= MAX_ALTERNATIVES {
            return Err(Error::TooMany(pattern.to_owned()));
        }
        match first(&next) {
            Some((open, close, parts)) => {
                let whole = |part: Vec<char>| [&next[..open], &part, &next[close + 1..]].concat();
                waiting.extend(parts.into_iter().rev().map(whole));
            }
            None => found.push(next.into_iter().collect()),
        }
    }
    Ok(found)
}

/// The first pair of braces that holds alternatives, with what they are.
fn first(pattern: &[char]) -> Option<(usize, usize, Vec<Vec<char>>)> {
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            '\\' => at += 1,
            // What a template's expression looks like is not a choice.
            '$' if pattern.get(at + 1) == Some(&'{') => {
                at = closing(pattern, at + 1).map_or(at + 1, |(close, _)| close);
            }
            '{' => {
                if let Some((close, commas)) = closing(pattern, at)
                    && let Some(parts) = parts(&pattern[at + 1..close], &commas, at + 1)
                {
                    return Some((at, close, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where a brace is closed, and the commas on the way that belong to it.
fn closing(pattern: &[char], open: usize) -> Option<(usize, Vec<usize>)> {
    let (mut depth, mut commas, mut at) = (0_usize, Vec::new(), open);
    while let Some(c) = pattern.get(at) {
        match c {
            '\\' => at += 1,
            '{' => depth += 1,
            '}' if depth == 1 => return Some((at, commas)),
            '}' => depth -= 1,
            ',' if depth == 1 => commas.push(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn parts(inner: &[char], commas: &[usize], offset: usize) -> Option<Vec<Vec<char>>> {
    if commas.is_empty() {
        return range(&inner.iter().collect::<String>());
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for comma in commas.iter().map(|at| at - offset).chain([inner.len()]) {
        parts.push(inner[from..comma].to_vec());
        from = comma + 1;
    }
    Some(parts)
}

/// `1..3`, `a..e`, `0..10..5`, `01..10`.
fn range(inner: &str) -> Option<Vec<Vec<char>>> {
    let mut parts = inner.split("..");
    let (from, to, step) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let step = step.map_or(Some(1), |text| text.parse::<i64>().ok())?.unsigned_abs().max(1);
    let one = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
    };
    let (first, last, width) = match (from.parse::<i64>(), to.parse::<i64>()) {
        (Ok(first), Ok(last)) => {
            let padded = |text: &str| text.trim_start_matches('-').starts_with('0');
            let is_padded = (padded(from) && from.len() > 1) || (padded(to) && to.len() > 1);
            (first, last, Some(if is_padded { from.len().max(to.len()) } else { 0 }))
        }
        _ => (i64::from(u32::from(one(from)?)), i64::from(u32::from(one(to)?)), None),
    };
    // One more than is allowed is enough to see that there are too many.
    let count = (first.abs_diff(last) / step).min(MAX_ALTERNATIVES as u64);
    let values = (0..=count).filter_map(|n| {
        let by = i64::try_from(n * step).ok()?;
        let value = if first <= last { first + by } else { first - by };
        Some(match width {
            Some(width) => format!("{value:0width$}").chars().collect(),
            None => vec![char::from_u32(u32::try_from(value).ok()?)?],
        })
    });
    Some(values.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_and_ranges() {
        for (pattern, expected) in [
            ("a{b,c}d", "abd acd"),
            ("{a,{b,c}x}", "a bx cx"),
            ("{,a}b", "b ab"),
            ("{1..3}", "1 2 3"),
            ("{3..1}", "3 2 1"),
            ("{0..10..5}", "0 5 10"),
            ("{08..10}", "08 09 10"),
            ("{a..c}", "a b c"),
            ("{a}", "{a}"),
            ("{a", "{a"),
            ("\\{a,b}", "\\{a,b}"),
            ("${{a,b}}", "${{a,b}}"),
            ("{a,b\\,c}", "a b\\,c"),
            ("{{a,b}", "{a {b"),
        ] {
            assert_eq!(expand(pattern).unwrap().join(" "), expected, "{pattern}");
        }
    }

    #[test]
    fn too_many_are_refused() {
        for pattern in ["{a,b}".repeat(40), "{1..100000}".to_owned(), "{1..9}".repeat(9)] {
            assert!(matches!(expand(&pattern), Err(Error::TooMany(_))), "{pattern}");
        }
        assert!(expand("{-9223372036854775808..9223372036854775807..9}").is_err());
    }
}
