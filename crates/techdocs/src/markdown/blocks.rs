//! Blocks that MkDocs adds to Markdown: how they begin and the HTML around their content.

use super::html::escape;

/// Longest class list of a block's first line that is taken seriously.
const MAX_CLASSES: usize = 6;

/// The first line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BlockHead {
    /// `!!! note "Title"`.
    Admonition { classes: Vec<String>, title: Option<String> },
    /// `??? note "Title"`, with `+` open.
    Details { classes: Vec<String>, title: Option<String>, open: bool },
    /// `=== "Title"`, with `!` the first of a new set.
    Tab { title: String, new_set: bool },
}

/// A placeholder in the text: where a block begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    AdmonitionOpen {
        classes: Vec<String>,
        title: Option<String>,
    },
    AdmonitionClose,
    DetailsOpen {
        classes: Vec<String>,
        title: Option<String>,
        open: bool,
    },
    DetailsClose,
    TabsOpen,
    TabOpen {
        set: usize,
        number: usize,
        title: String,
    },
    TabClose,
    TabsClose,
    /// An element whose content is words and no paragraphs: its start tag.
    WordsOpen(String),
    /// Its name.
    WordsClose(String),
}

impl BlockHead {
    /// Reads a line without its indentation.
    pub(super) fn read(line: &str) -> Option<BlockHead> {
        if let Some(rest) = line.strip_prefix("===") {
            let modifiers = rest.len() - rest.trim_start_matches(['!', '+']).len();
            let new_set = rest[..modifiers].contains('!');
            let title = quoted(rest[modifiers..].strip_prefix(' ')?.trim())?;
            return Some(BlockHead::Tab { title, new_set });
        }
        let (rest, details) = match line.get(..3)? {
            "!!!" => (&line[3..], false),
            "???" => (&line[3..], true),
            _ => return None,
        };
        let opened = details.then(|| rest.strip_prefix('+')).flatten();
        let rest = opened.unwrap_or(rest);
        // The blank behind the marks may be left out, further marks may not be there.
        if rest.starts_with(['!', '?', '+']) {
            return None;
        }
        let rest = rest.trim();
        let (names, title) = match rest.find('"') {
            Some(at) => (&rest[..at], Some(quoted(rest[at..].trim())?)),
            None => (rest, None),
        };
        let classes: Vec<String> = names.split_whitespace().map(str::to_ascii_lowercase).collect();
        let plain = |name: &String| name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        // What folds may do with a title alone.
        let named = !classes.is_empty() || details && title.is_some();
        if !named || classes.len() > MAX_CLASSES || !classes.iter().all(plain) {
            return None;
        }
        Some(match details {
            true => BlockHead::Details { classes, title, open: opened.is_some() },
            false => BlockHead::Admonition { classes, title },
        })
    }
}

impl Block {
    /// The HTML at this placeholder; titles come as HTML already.
    pub(super) fn write(&self, inline: impl Fn(&str) -> String, out: &mut String) {
        match self {
            Block::AdmonitionOpen { classes, title } => {
                out.push_str(&format!("<div class=\"{}\">", class_list(classes)));
                let title = title.as_deref().map_or_else(|| escape(&kind_title(classes)), inline);
                if !title.is_empty() {
                    out.push_str(&format!("<p class=\"admonition-title\">{title}</p>"));
                }
            }
            Block::DetailsOpen { classes, title, open } => {
                let open = if *open { " open=\"\"" } else { "" };
                out.push_str(&format!("<details class=\"{}\"{open}>", class_list(classes)));
                let title = title.as_deref().map(inline).filter(|title| !title.is_empty());
                let title = title.unwrap_or_else(|| escape(&kind_title(classes)));
                out.push_str(&format!("<summary class=\"admonition-title\">{title}</summary>"));
            }
            Block::TabsOpen => out.push_str("<div class=\"tabbed-set\">"),
            Block::TabOpen { set, number, title } => {
                let (id, title) = (format!("__tabbed_{set}_{number}"), inline(title));
                let checked = if *number == 1 { " checked=\"\"" } else { "" };
                out.push_str(&format!(
                    "<input type=\"radio\" class=\"tabbed-input\" name=\"__tabbed_{set}\" id=\"{id}\"{checked}>\
                     <label class=\"tabbed-label\" for=\"{id}\">{title}</label><div class=\"tabbed-block\">"
                ));
            }
            Block::AdmonitionClose | Block::TabClose | Block::TabsClose => out.push_str("</div>"),
            Block::DetailsClose => out.push_str("</details>"),
            // Raw HTML of the author's, which is written as such.
            Block::WordsOpen(_) | Block::WordsClose(_) => {}
        }
    }
}

/// What GitHub calls its alerts, in the same dress as admonitions.
pub(super) fn alert_open(kind: &str, out: &mut String) {
    let (classes, title) = (vec![kind.to_owned()], None);
    Block::AdmonitionOpen { classes, title }.write(escape, out);
}

/// The kinds with colours of their own; others look like a note.
const KINDS: [&str; 27] = [
    "note",
    "seealso",
    "abstract",
    "summary",
    "tldr",
    "info",
    "todo",
    "tip",
    "hint",
    "important",
    "success",
    "check",
    "done",
    "question",
    "help",
    "faq",
    "warning",
    "caution",
    "attention",
    "failure",
    "fail",
    "missing",
    "danger",
    "error",
    "bug",
    "example",
    "quote",
];

fn class_list(classes: &[String]) -> String {
    let kind = classes.first().map_or("note", String::as_str);
    let kind = if kind == "cite" { "quote" } else { kind };
    let kind = KINDS.iter().find(|known| **known == kind).unwrap_or(&"note");
    let mut list = format!("admonition {kind}");
    for class in classes.iter().skip(1) {
        // These two float beside the text.
        if matches!(class.as_str(), "inline" | "end") {
            list.push_str(&format!(" admonition--{class}"));
        }
    }
    list
}

/// `note` is "Note".
fn kind_title(classes: &[String]) -> String {
    let mut letters = classes.first().map_or("", String::as_str).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside.replace("\\\"", "\"").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_are_told_from_text() {
        let check = |line: &str, expected: &str| {
            let found = match BlockHead::read(line) {
                Some(BlockHead::Admonition { classes, title }) => {
                    format!("! {classes:?} {title:?}")
                }
                Some(BlockHead::Details { classes, title, open }) => {
                    format!("? {classes:?} {title:?} {open}")
                }
                Some(BlockHead::Tab { title, new_set }) => format!("= {title} {new_set}"),
                None => "-".to_owned(),
            };
            assert_eq!(found, expected, "{line}");
        };
        check("!!! note", "! [\"note\"] None");
        check("!!! Warning \"Mind \\\"this\\\"\"", "! [\"warning\"] Some(\"Mind \\\"this\\\"\")");
        check("!!! tip inline end \"\"", "! [\"tip\", \"inline\", \"end\"] Some(\"\")");
        check("??? tip", "? [\"tip\"] None false");
        check("???+ tip \"x\"", "? [\"tip\"] Some(\"x\") true");
        check("=== \"Tab\"", "= Tab false");
        check("===! \"Tab\"", "= Tab true");
        check("===+ \"Tab\"", "= Tab false");
        check("===", "-");
        check("======", "-");
        check("!!!", "-");
        check("!!! note \"open", "-");
        check("!!! no<te", "-");
        check("!!!note", "! [\"note\"] None");
        check("???+note \"x\"", "? [\"note\"] Some(\"x\") true");
        check("??? \"x\"", "? [] Some(\"x\") false");
        check("!!! \"x\"", "-");
        check("!!!!", "-");
        check("!!! really? yes!", "-");
        check("???? x", "-");
        check("é!", "-");
    }
}
