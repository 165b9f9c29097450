//! `exclude_docs`: patterns, one a line, in the manner of `.gitignore`.

/// A generated list is cut here; each pattern is tried on each file.
const MAX_PATTERNS: usize = 100;

/// Patterns in the order they are written; the last one that matches decides.
#[derive(Debug, Clone, Default)]
pub struct Exclude {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    /// `!…` takes a file back in.
    back_in: bool,
    /// `…/` means folders only.
    folder_only: bool,
    /// A `/` before the end ties the pattern to the docs folder; without one a name is enough.
    anchored: bool,
    glob: Vec<char>,
}

impl Exclude {
    /// Reads the lines; templates never belong to the pages.
    pub fn new(lines: &[String]) -> Exclude {
        let patterns = std::iter::once("/templates/")
            .chain(lines.iter().map(|line| line.trim()))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .take(MAX_PATTERNS)
            .map(Pattern::new)
            .collect();
        Exclude { patterns }
    }

    /// Whether a file is left out, by its own name or by a folder above it.
    pub fn excludes(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| (at, true));
        ends.chain([(path.len(), false)]).any(|(end, is_folder)| {
            let hit = self.patterns.iter().rev().find(|p| p.matches(&path[..end], is_folder));
            hit.is_some_and(|pattern| !pattern.back_in)
        })
    }
}

impl Pattern {
    fn new(line: &str) -> Pattern {
        let (back_in, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (folder_only, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let anchored = line.contains('/');
        let glob = line.strip_prefix('/').unwrap_or(line).chars().collect();
        Pattern { back_in, folder_only, anchored, glob }
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        if self.folder_only && !is_folder {
            return false;
        }
        let name = if self.anchored { path } else { path.rsplit('/').next().unwrap_or(path) };
        let name: Vec<char> = name.chars().collect();
        glob(&self.glob, &name)
    }
}

/// `*` and `?` stay within a name, `**` crosses folders. One way back for each kind of star is
/// enough, so the time is bounded by the product of the lengths.
fn glob(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    let mut double: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern[p..].starts_with(&['*', '*']) {
            p += 2;
            // `**/` matches nothing at all, too.
            if pattern.get(p) == Some(&'/') {
                p += 1;
            }
            (double, star) = (Some((p, t)), None);
        } else if pattern.get(p) == Some(&'*') {
            p += 1;
            star = Some((p, t));
        } else if pattern.get(p).is_some_and(|&c| c == text[t] || (c == '?' && text[t] != '/')) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((after, from)) = star.filter(|&(_, from)| text[from] != '/') {
            (p, t) = (after, from + 1);
            star = Some((after, from + 1));
        } else if let Some((after, from)) = double {
            (p, t) = (after, from + 1);
            (double, star) = (Some((after, from + 1)), None);
        } else {
            return false;
        }
        if star.is_some_and(|(_, from)| from >= text.len()) {
            star = None;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(patterns: &str, path: &str, expected: bool) {
        let lines: Vec<String> = patterns.lines().map(str::to_owned).collect();
        assert_eq!(Exclude::new(&lines).excludes(path), expected, "{patterns:?} on {path}");
    }

    #[test]
    fn patterns_read_like_gitignore() {
        check("", "a.md", false);
        check("", "templates/a.md", true);
        check("*.tmp", "x/y.tmp", true);
        check("drafts/", "drafts/a.md", true);
        check("drafts/", "x/drafts/a.md", true);
        check("drafts/", "drafts", false);
        check("/drafts", "x/drafts/a.md", false);
        check("a/*.md", "a/b.md", true);
        check("a/*.md", "a/b/c.md", false);
        check("a/**/c.md", "a/c.md", true);
        check("a/**/c.md", "a/x/y/c.md", true);
        check("**/x-?.md", "p/x-1.md", true);
        check("*.md\n!keep.md", "keep.md", false);
        check("*.md\n!keep.md", "b.md", true);
        check("# note\n\n", "# note", false);
        check("a*b*c", "aXbYcZbc", true);
        check("a*b*c", "aXbYcZb", false);
    }

    #[test]
    fn stars_take_no_exponential_time() {
        let pattern = "*a".repeat(60) + "b";
        check(&pattern, &"a".repeat(2000), false);
    }
}
