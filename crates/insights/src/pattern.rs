//! Patterns for the names of tags: `v*`, `release-?`, `v[0-9]*`.

/// Whether a name matches a pattern: `*` stands for any text, `?` for one character, `[a-c]` for
/// one of several and `[!a-c]` for any other. Time grows with the product of both lengths at most.
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where the last star stands and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
        } else if let Some(after) = one(&pattern, p, name[n]) {
            p = after;
            n += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            n = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Where the pattern goes on after it has matched one character.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => {
            let end = at + 2 + pattern.get(at + 2..)?.iter().position(|c| *c == ']')?;
            let mut set = &pattern[at + 1..end];
            let inverted = set.first() == Some(&'!') && set.len() > 1;
            if inverted {
                set = &set[1..];
            }
            let mut found = false;
            while let Some((&first, rest)) = set.split_first() {
                if let ['-', last, after @ ..] = rest {
                    found |= (first..=*last).contains(&c);
                    set = after;
                } else {
                    found |= first == c;
                    set = rest;
                }
            }
            (found != inverted).then_some(end + 1)
        }
        plain => (*plain == c).then_some(at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_names() {
        for (pattern, name) in [
            ("*", ""),
            ("*", "v1"),
            ("v*", "v1.0.0"),
            ("v[0-9]*", "v2"),
            ("v?.?", "v1.2"),
            ("*-prod", "a-prod-prod"),
            ("release/[!x]*", "release/1"),
            ("[ab-]x", "-x"),
            ("ü?", "üö"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "v1"),
            ("v*", "av1"),
            ("v[0-9]*", "vx"),
            ("v?", "v"),
            ("*-prod", "prod"),
            ("release/[!x]*", "release/x1"),
            ("[abc", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn does_not_explode() {
        assert!(!matches(&"a*".repeat(200), &"a".repeat(150)));
        assert!(!matches(&format!("{}b", "a*".repeat(100)), &"a".repeat(5_000)));
    }
}
