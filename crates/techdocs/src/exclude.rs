//! `exclude_docs`: patterns, one a line, in the manner of `.gitignore`.

use globs::Gitignore;

/// A generated list is cut here; each pattern is tried on each file.
const MAX_PATTERNS: usize = 100;

/// Patterns in the order they are written; the last one that matches decides.
#[derive(Debug, Clone)]
pub struct Exclude(Option<Gitignore>);

impl Exclude {
    /// Reads the lines; templates never belong to the pages. What cannot be understood is left out
    /// and told in the second part.
    pub fn new(lines: &[String]) -> (Exclude, Vec<String>) {
        let mut problems = Vec::new();
        let mut understood = vec!["/templates/"];
        for line in lines {
            if understood.len() > MAX_PATTERNS {
                problems.push(format!(
                    "exclude_docs has more than {MAX_PATTERNS} patterns; the rest is left out."
                ));
                break;
            }
            match Gitignore::new([line.trim()]) {
                Ok(_) => understood.push(line.trim()),
                Err(error) => problems.push(format!("exclude_docs: {error}; it is left out.")),
            }
        }
        (Exclude(Gitignore::new(understood).ok()), problems)
    }

    /// Whether a file is left out, by its own name or by a folder above it.
    pub fn excludes(&self, path: &str) -> bool {
        self.0.as_ref().is_some_and(|patterns| patterns.ignores(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(patterns: &str, path: &str, expected: bool) {
        let lines: Vec<String> = patterns.lines().map(str::to_owned).collect();
        let (exclude, problems) = Exclude::new(&lines);
        assert_eq!(problems, Vec::<String>::new(), "{patterns:?}");
        assert_eq!(exclude.excludes(path), expected, "{patterns:?} on {path}");
    }

    #[test]
    fn patterns_read_like_gitignore() {
        check("", "a.md", false);
        check("", "templates/a.md", true);
        check("!/templates/", "templates/a.md", false);
        check("*.tmp", "x/y.tmp", true);
        check("drafts/", "x/drafts/a.md", true);
        check("drafts/", "drafts", false);
        check("drafts/\n!drafts/keep.md", "drafts/keep.md", false);
        check("/drafts", "x/drafts/a.md", false);
        check("a/*.md", "a/b/c.md", false);
        check("a/**/c.md", "a/x/y/c.md", true);
        check("draft-[0-9].md", "x/draft-1.md", true);
        check("*.md\n!keep.md", "keep.md", false);
        check("# note\n\n", "# note", false);
        check(&("*a".repeat(60) + "b"), &"a".repeat(2000), false);
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let (exclude, problems) = Exclude::new(&["[z-a]".to_owned(), "b.md".to_owned()]);
        assert!(exclude.excludes("b.md"));
        assert!(
            problems[0].starts_with("exclude_docs: \"[z-a]\" is not a pattern"),
            "{problems:?}"
        );
        let many: Vec<String> = (0..200).map(|n| format!("f{n}")).collect();
        let (exclude, problems) = Exclude::new(&many);
        assert!(exclude.excludes("f50") && !exclude.excludes("f150"));
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}
