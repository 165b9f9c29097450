//! From a file to text that a CommonMark parser reads: what MkDocs adds on the level of blocks.
//!
//! Admonitions (`!!!`), folding blocks (`???`), tabs (`===`) and `markdown` in HTML elements are
//! marked off by indentation, which means code in CommonMark. Here their content loses that
//! indentation and a comment goes before and behind it, whose text no author can write (it holds a
//! character that is removed from every file). One parse then sees the whole page, so footnotes and
//! link definitions work across blocks. Every line remembers where it came from.

use super::blocks::{Block, BlockHead};
use super::elements::Elements;
use super::{Origin, line as within};

/// What a placeholder starts with; a character of no language, removed from the sources.
pub(super) const PLACEHOLDER: char = '\u{e000}';
/// More blocks within blocks than this stay as they are written.
const MAX_NESTING: usize = 16;

/// A line and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// A page, ready to be parsed.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) text: String,
    /// Where each line of `text` came from.
    origins: Vec<Origin>,
    /// Where each line of `text` starts.
    starts: Vec<usize>,
    /// What the placeholders in `text` stand for.
    pub(super) blocks: Vec<Block>,
    /// `*[HTML]: Hypertext Markup Language`.
    pub(super) abbreviations: Vec<(String, String)>,
}

impl Source {
    /// Where a byte of the text came from.
    pub(super) fn origin(&self, byte: usize) -> Origin {
        let line = self.starts.partition_point(|&start| start <= byte).saturating_sub(1);
        self.origins.get(line).copied().unwrap_or_default()
    }

    /// The block that a comment stands for, when the comment is a placeholder.
    pub(super) fn block(&self, html: &str) -> Option<&Block> {
        let number =
            html.trim().strip_prefix("<!--")?.strip_prefix(PLACEHOLDER)?.strip_suffix("-->")?;
        self.blocks.get(number.parse::<usize>().ok()?)
    }

    pub(super) fn push(&mut self, text: &str, origin: Origin) {
        self.starts.push(self.text.len());
        self.origins.push(origin);
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// The line that was pushed last.
    fn last_line(&self) -> &str {
        self.starts.last().map_or("", |start| self.text[*start..].trim_end_matches('\n'))
    }

    fn replace_last(&mut self, text: &str) {
        if let Some(start) = self.starts.last() {
            self.text.truncate(*start);
            self.text.push_str(text);
            self.text.push('\n');
        }
    }

    pub(super) fn placeholder(&mut self, block: Block, indent: usize, origin: Origin) {
        let comment = format!("{}<!--{PLACEHOLDER}{}-->", " ".repeat(indent), self.blocks.len());
        self.blocks.push(block);
        self.push("", origin);
        self.push(&comment, origin);
        self.push("", origin);
    }
}

/// Reads the lines of a page.
pub(super) fn read(lines: Vec<Line>) -> Source {
    let mut reader = Reader::default();
    let mut last = Origin::default();
    for line in &lines {
        last = line.origin;
        reader.line(line);
    }
    reader.close_to(0, None, last);
    reader.base.close_fence(&mut reader.out, last);
    reader.out
}

#[derive(Default)]
struct Reader {
    out: Source,
    /// The blocks around the present line, outermost first.
    open: Vec<Open>,
    /// The page itself.
    base: Level,
    tab_sets: usize,
    /// The set and number for the tab that the present line opens, when it continues a set.
    next_tab: Option<(usize, usize)>,
}

struct Open {
    kind: Kind,
    /// The column of the block's first line in `out`.
    indent: usize,
    level: Level,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Admonition,
    Details,
    /// A tab: the number of its set and its own number in it.
    Tab(usize, usize),
}

/// What has to be known within one block to tell text from code.
#[derive(Default)]
struct Level {
    /// The block's own column.
    indent: usize,
    /// The columns at which the content of the open list items starts.
    lists: Vec<usize>,
    fence: Option<Fence>,
    /// Inside a comment or `<pre>`: what ends it.
    raw_until: Option<&'static str>,
    /// Open elements with a `markdown` attribute.
    elements: Elements,
    /// Whether the present line is a row of a table.
    in_table: bool,
}

struct Fence {
    marker: char,
    length: usize,
    /// The column of the list item it stands in: text left of it ends the fence.
    list: usize,
    indent: usize,
}

impl Reader {
    fn line(&mut self, line: &Line) {
        let expanded = expand_tabs(&line.text);
        let source_indent = indent_of(&expanded);
        let blank = expanded.trim().is_empty();
        if !blank {
            let keep = self
                .open
                .iter()
                .enumerate()
                .position(|(depth, open)| source_indent < open.indent + 4 * (depth + 1));
            if let Some(depth) = keep {
                let next = expanded.get(4 * depth..).unwrap_or("");
                self.close_to(depth, Some(next), line.origin);
            }
        }
        let shift = 4 * self.open.len();
        let text = expanded.get(shift.min(source_indent)..).unwrap_or("");
        let text = if blank { "" } else { text };
        let depth = self.open.len();
        let Reader { out, open, base, .. } = self;
        let level = open.last_mut().map_or(base, |open| &mut open.level);
        if level.passes_through(text, line.origin, out) {
            out.push(text, line.origin);
            return;
        }
        if level.elements.takes_raw(text, line.origin, out) {
            return;
        }
        let (indent, trimmed) = (indent_of(text), text.trim());
        if !blank && !level.is_code(indent) {
            if depth < MAX_NESTING
                && let Some(head) = BlockHead::read(trimmed)
            {
                self.open_block(head, indent, line.origin);
                return;
            }
            if let Some((short, long)) = abbreviation(trimmed) {
                out.abbreviations.push((short.to_owned(), long.to_owned()));
                out.push("", line.origin);
                return;
            }
            if level.elements.read(trimmed, indent, line.origin, out) {
                level.in_table = false;
                return;
            }
        }
        let code = level.is_code(indent);
        level.note(text, indent);
        if code || level.fence.is_some() || level.raw_until.is_some() {
            level.in_table = false;
            out.push(text, line.origin);
            return;
        }
        level.in_table = !blank && (level.in_table || begins_table(text, out));
        let text = match level.in_table {
            true => within::escape_pipes(text),
            false => within::spaced_heading(text),
        };
        let text = within::quote_destinations(&text);
        out.push(&within::split_substitutions(&text), line.origin);
    }

    fn open_block(&mut self, head: BlockHead, indent: usize, origin: Origin) {
        let (kind, block) = match head {
            BlockHead::Admonition { classes, title } => {
                (Kind::Admonition, Block::AdmonitionOpen { classes, title })
            }
            BlockHead::Details { classes, title, open } => {
                (Kind::Details, Block::DetailsOpen { classes, title, open })
            }
            BlockHead::Tab { title, .. } => {
                let (set, number) = self.next_tab.take().unwrap_or_else(|| {
                    self.tab_sets += 1;
                    self.out.placeholder(Block::TabsOpen, indent, origin);
                    (self.tab_sets, 1)
                });
                (Kind::Tab(set, number), Block::TabOpen { set, number, title })
            }
        };
        self.out.placeholder(block, indent, origin);
        self.open.push(Open { kind, indent, level: Level { indent, ..Level::default() } });
    }

    /// Closes blocks until `depth` are left; a tab that follows directly stays in its set.
    fn close_to(&mut self, depth: usize, next: Option<&str>, origin: Origin) {
        while self.open.len() > depth {
            let Some(mut open) = self.open.pop() else { return };
            open.level.close_fence(&mut self.out, origin);
            let indent = open.indent;
            match open.kind {
                Kind::Admonition => self.out.placeholder(Block::AdmonitionClose, indent, origin),
                Kind::Details => self.out.placeholder(Block::DetailsClose, indent, origin),
                Kind::Tab(set, number) => {
                    self.out.placeholder(Block::TabClose, indent, origin);
                    let follows = self.open.len() == depth
                        && next.is_some_and(|text| {
                            let (column, trimmed) = (indent_of(text), text.trim());
                            let head = BlockHead::read(trimmed);
                            column == indent
                                && matches!(head, Some(BlockHead::Tab { new_set: false, .. }))
                        });
                    if follows {
                        self.next_tab = Some((set, number + 1));
                    } else {
                        self.out.placeholder(Block::TabsClose, indent, origin);
                    }
                }
            }
        }
    }
}

impl Level {
    /// Whether the line belongs to code or a comment and is copied as it is.
    fn passes_through(&mut self, text: &str, origin: Origin, out: &mut Source) -> bool {
        let indent = indent_of(text);
        if let Some(fence) = &self.fence {
            if text.is_empty() || indent >= fence.list {
                if fence.ends_at(text) {
                    self.fence = None;
                }
                return true;
            }
            self.close_fence(out, origin);
        }
        if let Some(end) = self.raw_until {
            if text.to_ascii_lowercase().contains(end) {
                self.raw_until = None;
            }
            return true;
        }
        false
    }

    /// Ends code that its author did not end, so that it cannot swallow what follows.
    fn close_fence(&mut self, out: &mut Source, origin: Origin) {
        if let Some(fence) = self.fence.take() {
            let marker = fence.marker.to_string().repeat(fence.length);
            out.push(&format!("{}{marker}", " ".repeat(fence.indent)), origin);
        }
    }

    /// Whether text at this column is an indented block of code.
    fn is_code(&self, indent: usize) -> bool {
        let content = self.lists.iter().rev().find(|&&column| column <= indent);
        indent.saturating_sub(*content.unwrap_or(&self.indent)) >= 4
    }

    /// Remembers the lists, code and comments that the line opens.
    fn note(&mut self, text: &str, indent: usize) {
        if text.is_empty() {
            return;
        }
        let code = self.is_code(indent);
        self.lists.retain(|&column| column <= indent);
        if code {
            return;
        }
        let (mut column, mut rest) = (indent, text.trim_start());
        while let Some(width) = list_marker(rest) {
            let after = &rest[width..];
            let spaces = indent_of(after);
            // Five spaces and more are code within the item.
            let spaces = if after.trim().is_empty() || spaces > 4 { 1 } else { spaces };
            column += width + spaces;
            self.lists.push(column);
            rest = rest.get(width + spaces..).unwrap_or("");
        }
        let list = self.lists.last().copied().unwrap_or(self.indent);
        if let Some((marker, length)) = fence_start(rest) {
            self.fence = Some(Fence { marker, length, list, indent: column });
        }
        let lower = rest.get(..10.min(rest.len())).unwrap_or(rest).to_ascii_lowercase();
        let raw =
            [("<!--", "-->"), ("<pre", "</pre>"), ("<script", "</script>"), ("<style", "</style>")];
        for (start, end) in raw {
            if lower.starts_with(start) && !rest.to_ascii_lowercase().contains(end) {
                self.raw_until = Some(end);
            }
        }
    }
}

impl Fence {
    fn ends_at(&self, text: &str) -> bool {
        let trimmed = text.trim();
        trimmed.len() >= self.length && trimmed.chars().all(|c| c == self.marker)
    }
}

/// Whether the line is the second of a table; then the first is made a row, too.
fn begins_table(text: &str, out: &mut Source) -> bool {
    let head = out.last_line();
    if !within::is_delimiter_row(text) || !head.contains('|') {
        return false;
    }
    let head = within::escape_pipes(head).into_owned();
    out.replace_last(&head);
    true
}

fn indent_of(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// Tabs before the text become spaces up to the next fourth column.
fn expand_tabs(text: &str) -> String {
    let rest = text.trim_start_matches([' ', '\t']);
    let mut column = 0;
    for c in text[..text.len() - rest.len()].chars() {
        column += if c == '\t' { 4 - column % 4 } else { 1 };
    }
    format!("{}{rest}", " ".repeat(column))
}

/// The character and length of a fence that the text starts.
fn fence_start(text: &str) -> Option<(char, usize)> {
    let marker = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = text.trim_start_matches(marker);
    let length = text.len() - rest.len();
    (length >= 3 && !(marker == '`' && rest.contains('`'))).then_some((marker, length))
}

/// The width of a list item's marker, without the space behind it.
fn list_marker(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let width = match (digits, text.as_bytes().get(digits)?) {
        (0, b'-' | b'*' | b'+') => 1,
        (1..=9, b'.' | b')') => digits + 1,
        _ => return None,
    };
    matches!(text.as_bytes().get(width), None | Some(b' ')).then_some(width)
}

/// `*[short]: long`.
fn abbreviation(line: &str) -> Option<(&str, &str)> {
    let (short, long) = line.strip_prefix("*[")?.split_once("]:")?;
    let (short, long) = (short.trim(), long.trim());
    (!short.is_empty() && !long.is_empty() && !short.contains(['[', ']'])).then_some((short, long))
}
