//! Patterns of paths: `*` and `?` stay within one name, `**` spans folders, `[a-z]` and `{a,b}`
//! choose.

/// Alternatives in braces are written out up to this many patterns; the rest is left out.
const MAX_ALTERNATIVES: usize = 64;

/// A pattern, ready to be compared with paths.
#[derive(Debug, Clone)]
pub(crate) struct Glob(Vec<Vec<String>>);

impl Glob {
    /// Reads a pattern; every text is one.
    pub(crate) fn new(pattern: &str) -> Glob {
        let mut plain = Vec::new();
        unfold(pattern, &mut plain);
        Glob(plain.iter().map(|text| text.split('/').map(str::to_owned).collect()).collect())
    }

    /// Whether a path with `/` between its names fits.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        self.0.iter().any(|pattern| fits(pattern, &names))
    }

    /// How many folders below the start can hold a match; none when there is no limit.
    pub(crate) fn depth(&self) -> Option<usize> {
        let deep = |pattern: &Vec<String>| pattern.iter().any(|segment| segment == "**");
        if self.0.iter().any(deep) { None } else { self.0.iter().map(Vec::len).max() }
    }
}

/// Whether a text holds characters that make it a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

fn unfold(pattern: &str, out: &mut Vec<String>) {
    let choice = pattern.find('{').and_then(|open| {
        let close = open + pattern[open..].find('}')?;
        pattern[open..close].contains(',').then_some((open, close))
    });
    match choice {
        Some((open, close)) => {
            for part in pattern[open + 1..close].split(',') {
                if out.len() < MAX_ALTERNATIVES {
                    unfold(&format!("{}{part}{}", &pattern[..open], &pattern[close + 1..]), out);
                }
            }
        }
        None if out.len() < MAX_ALTERNATIVES => out.push(pattern.to_owned()),
        None => {}
    }
}

/// Row by row, so that no pattern costs more than its length times that of the path.
fn fits(pattern: &[String], names: &[&str]) -> bool {
    // reached[i]: the names so far fit the first i segments.
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    let skip_stars = |reached: &mut Vec<bool>| {
        for (index, segment) in pattern.iter().enumerate() {
            if reached[index] && segment == "**" {
                reached[index + 1] = true;
            }
        }
    };
    skip_stars(&mut reached);
    for name in names {
        let mut next = vec![false; pattern.len() + 1];
        for (index, segment) in pattern.iter().enumerate() {
            if !reached[index] {
                continue;
            }
            if segment == "**" {
                next[index] = true;
            } else if name_fits(segment, name) {
                next[index + 1] = true;
            }
        }
        skip_stars(&mut next);
        reached = next;
    }
    reached[pattern.len()]
}

fn name_fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where to go on when the last star has to take one more character.
    let mut back: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                back = Some((p + 1, n));
                p += 1;
                continue;
            }
            Some('?') => Some(p + 1),
            Some('[') => class(&pattern[p..], name[n]).map(|length| p + length),
            Some(c) if *c == name[n] => Some(p + 1),
            _ => None,
        };
        match (step, back) {
            (Some(next), _) => (p, n) = (next, n + 1),
            (None, Some((after, from))) => {
                back = Some((after, from + 1));
                (p, n) = (after, from + 1);
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The length of a class `[…]` when it holds the character.
fn class(pattern: &[char], c: char) -> Option<usize> {
    let end = pattern.iter().skip(2).position(|c| *c == ']').map(|at| at + 2);
    let Some(end) = end else { return (c == '[').then_some(1) };
    let negated = matches!(pattern[1], '!' | '^');
    let mut inside = &pattern[if negated { 2 } else { 1 }..end];
    let mut holds = false;
    while let [first, rest @ ..] = inside {
        match rest {
            ['-', last, tail @ ..] => {
                holds |= (*first..=*last).contains(&c);
                inside = tail;
            }
            _ => {
                holds |= *first == c;
                inside = rest;
            }
        }
    }
    (holds != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns_fit_what_they_say() {
        for (pattern, path) in [
            ("**/catalog-info.yaml", "catalog-info.yaml"),
            ("**/catalog-info.yaml", "a/b/catalog-info.yaml"),
            ("*.yaml", "a.yaml"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("**", "a/b"),
            ("{a,b}/*.{yaml,yml}", "b/x.yml"),
            ("[a-c]?.yaml", "bz.yaml"),
            ("[!a-c].yaml", "d.yaml"),
            ("a*b*c", "axxbyyc"),
            ("https://h/acme/**", "https://h/acme/x/y"),
        ] {
            assert!(Glob::new(pattern).matches(path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*.yaml", "a/b.yaml"),
            ("*.yaml", "a.yml"),
            ("a/**/b", "a/x/c"),
            ("**/catalog-info.yaml", "xcatalog-info.yaml"),
            ("[a-c].yaml", "d.yaml"),
            ("?", ""),
        ] {
            assert!(!Glob::new(pattern).matches(path), "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_patterns_cost_little() {
        let started = std::time::Instant::now();
        let stars = "*a".repeat(40);
        assert!(!Glob::new(&stars).matches(&"a".repeat(30)));
        let folders = format!("{}x", "**/".repeat(60));
        assert!(!Glob::new(&folders).matches(&format!("{}b", "a/".repeat(200))));
        let _ = Glob::new(&"{a,b}".repeat(40)).matches("x");
        assert!(started.elapsed().as_secs() < 5);
    }
}
