//! Style sheets as text: `@import` lines, the classes a sheet defines, and making it small.

use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Reads `main.css` and puts each sheet named by a leading `@import "./x.css";` in its place.
pub fn bundle(main: &Path) -> Result<String> {
    let mut seen = BTreeSet::new();
    read(main, &mut seen)
}

fn read(path: &Path, seen: &mut BTreeSet<PathBuf>) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    if !seen.insert(path.to_path_buf()) {
        bail!("{} is imported twice", path.display());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut result = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if let Some(import) = line.trim_start().strip_prefix("@import") {
            let name = import.trim().trim_end_matches(';').trim().trim_matches(['"', '\'']);
            let local = name.strip_prefix("./").filter(|name| !name.contains(".."));
            let Some(local) = local else {
                bail!(
                    "{}:{}: expected `@import \"./name.css\";`, found `{}`",
                    path.display(),
                    number + 1,
                    line.trim()
                );
            };
            let sheet = read(&folder.join(local), seen)
                .with_context(|| format!("{}:{}", path.display(), number + 1))?;
            result.push_str(&sheet);
        } else {
            result.push_str(line);
        }
        result.push('\n');
    }
    Ok(result)
}

/// The class names in the selectors of a sheet.
pub fn defined_classes(css: &str) -> BTreeSet<String> {
    let css = strip_comments(css);
    let mut classes = BTreeSet::new();
    let mut prelude = String::new();
    for piece in pieces(&css) {
        match piece {
            // Declarations end with a semicolon, selectors with a brace.
            Piece::Plain('{') => {
                if !prelude.trim_start().starts_with('@')
                    || prelude.trim_start().starts_with("@scope")
                {
                    collect_classes(&prelude, &mut classes);
                }
                prelude.clear();
            }
            Piece::Plain('}' | ';') => prelude.clear(),
            Piece::Plain(c) => prelude.push(c),
            Piece::Text(_) => {}
        }
    }
    classes
}

fn collect_classes(selector: &str, classes: &mut BTreeSet<String>) {
    let mut chars = selector.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '.' {
            continue;
        }
        let mut name = String::new();
        while let Some(&c) = chars.peek() {
            if c == '\\' {
                chars.next();
                name.extend(chars.next());
            } else if c.is_alphanumeric() || c == '-' || c == '_' {
                name.push(c);
                chars.next();
            } else {
                break;
            }
        }
        if name.starts_with(|c: char| !c.is_ascii_digit()) {
            classes.insert(name);
        }
    }
}

/// Takes out comments and the white space nothing depends on.
pub fn minify(css: &str) -> String {
    let css = strip_comments(css);
    let mut out = String::with_capacity(css.len());
    let mut space = false;
    for piece in pieces(&css) {
        match piece {
            Piece::Text(text) => {
                if std::mem::take(&mut space) && needs_space_after(&out) {
                    out.push(' ');
                }
                out.push_str(text);
            }
            Piece::Plain(c) if c.is_whitespace() => space = true,
            Piece::Plain(c) => {
                let glued = matches!(c, '{' | '}' | ';' | ',');
                if std::mem::take(&mut space) && !glued && needs_space_after(&out) {
                    out.push(' ');
                }
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
            }
        }
    }
    out
}

/// A space after one of these never separates anything. A colon is not among them: `a :hover`.
fn needs_space_after(out: &str) -> bool {
    match out.chars().next_back() {
        None | Some('{' | '}' | ';' | ',') => false,
        // Within a declaration the space behind the colon may go; a selector has none there.
        Some(':') => false,
        Some(_) => true,
    }
}

enum Piece<'a> {
    Plain(char),
    /// A quoted string or a whole `url(…)`, whose insides are nobody's business.
    Text(&'a str),
}

fn pieces(css: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &css[at..];
        let c = rest.chars().next()?;
        let length = match c {
            '"' | '\'' => quoted(rest, c),
            'u' if rest.starts_with("url(") => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => {
                at += c.len_utf8();
                return Some(Piece::Plain(c));
            }
        };
        at += length;
        Some(Piece::Text(&rest[..length]))
    })
}

/// The length of a quoted string with both quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

fn strip_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
            // Keeps `a/**/b` two words, and line numbers true.
            out.push(' ');
            out.extend(rest[..end].chars().filter(|c| *c == '\n'));
            rest = &rest[end..];
        } else {
            let length = if matches!(c, '"' | '\'') { quoted(rest, c) } else { c.len_utf8() };
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::temp_dir;

    #[test]
    fn imports_come_in_order() {
        let dir = temp_dir("css-test").unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("main.css", "@import \"./a.css\";\n@import \"./b.css\";\n.m{}\n");
        write("a.css", ".a{}");
        write("b.css", ".b{}");
        let css = bundle(&dir.path().join("main.css")).unwrap();
        assert_eq!(minify(&css), ".a{}.b{}.m{}");
        write("b.css", "@import \"https://elsewhere.example/x.css\";");
        let error = format!("{:#}", bundle(&dir.path().join("main.css")).unwrap_err());
        assert!(error.contains("b.css:1"), "{error}");
    }

    #[test]
    fn classes_are_found_in_selectors_only() {
        let css = r#"
            /* .comment {} */
            .card, a.link:hover > .card__title { width: .5rem; background: url(x.png) }
            @media (min-width: 40.5rem) { .wide { &.nested { margin: 0 } } }
            .md\:flex { content: ".string" }
        "#;
        let classes: Vec<_> = defined_classes(css).into_iter().collect();
        assert_eq!(classes, ["card", "card__title", "link", "md:flex", "nested", "wide"]);
    }

    #[test]
    fn small_means_the_same() {
        let css = "/* c */\na  >  b , c :hover {\n  color : red ;\n  margin: calc(1px + 2px) 0;\n  content: \"a  ;  b\";\n}\n@media (a) and (b) { d { --x: ; } }";
        assert_eq!(
            minify(css),
            "a > b,c :hover{color :red;margin:calc(1px + 2px) 0;content:\"a  ;  b\"}@media (a) and (b){d{--x:}}"
        );
    }
}
