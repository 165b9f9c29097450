//! Markdown to sanitised HTML, with what MkDocs and GitHub add to it.
//!
//! In order: `frontmatter` takes the head off, `snippets` puts other files in place, `source`
//! turns indented blocks into marks, `pulldown-cmark` parses (lean: no other crate of weight comes
//! with it, and its events carry offsets, so a warning knows its line), `prepare` gives headings
//! their ids, `writer` writes HTML with links resolved, and `sanitise` has the last word on all
//! of it. Pure functions of the folder's content; whoever calls them may cache.

mod attributes;
mod blocks;
mod code;
mod emoji;
mod footnotes;
mod frontmatter;
pub(crate) mod html;
mod inline;
mod links;
mod prepare;
mod rawhtml;
mod sanitise;
mod slug;
mod snippets;
mod source;
mod writer;

#[cfg(test)]
mod tests;

pub use links::Docs;

use crate::paths::Links;
use model::docs::{DocsWarning, TocEntry};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use source::{Line, Source};
use std::ops::Range;

/// The largest page. A megabyte is a book; above it, a page is a mistake or an attack.
pub const MAX_PAGE_BYTES: u64 = 1024 * 1024;
/// A title stands at the beginning.
const MAX_TITLE_CHARS: usize = 16 * 1024;
/// More warnings than this help nobody.
const MAX_WARNINGS: usize = 200;

/// A page as HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The title its front matter gives, else its first heading of level 1.
    pub title: Option<String>,
    /// Sanitised.
    pub html: String,
    /// The headings in order.
    pub toc: Vec<TocEntry>,
    /// What its authors should mend.
    pub warnings: Vec<DocsWarning>,
}

/// Where a byte of a page came from: a file (0 is the page, others are snippets) and its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Origin {
    file: u16,
    line: u32,
}

/// Events with their places in the text.
type Events<'a> = Vec<(Event<'a>, Range<usize>)>;

/// Renders one page. `page` is its file in the docs folder, `prefix` what stands before such paths
/// in warnings (the docs folder with `/`).
pub fn render(text: &str, page: &str, prefix: &str, docs: Docs<'_>, links: &Links) -> Rendered {
    let (head, source, files, mut warnings) = read(text, page, prefix, docs);
    let mut events = parse(&source.text);
    let prepared = prepare::prepare(&mut events);
    let written = writer::write(&source, &events, &prepared, docs, links, page);
    let name = |file: u16| files.get(usize::from(file)).map_or(page, String::as_str);
    warnings.extend(written.warnings.into_iter().map(|(origin, message)| DocsWarning {
        file: format!("{prefix}{}", name(origin.file)),
        line: (origin.line > 0).then_some(origin.line),
        message,
    }));
    if warnings.len() > MAX_WARNINGS {
        let more = warnings.len() - MAX_WARNINGS;
        warnings.truncate(MAX_WARNINGS);
        let (file, message) = (format!("{prefix}{page}"), format!("… and {more} more"));
        warnings.push(DocsWarning { file, line: None, message });
    }
    let heading = prepared.toc.iter().find(|entry| entry.level == 1);
    Rendered {
        title: head.title.or_else(|| heading.map(|entry| entry.title.clone())),
        html: sanitise::sanitise(&written.html),
        toc: prepared.toc,
        warnings,
    }
}

/// A short text that belongs to no site, such as the closing words of a run.
pub fn fragment(text: &str) -> String {
    let (mut raw, mut block, mut depth) = (rawhtml::RawHtml::default(), String::new(), 0_usize);
    let mut guarded = |html: &str| {
        let mut out = String::new();
        raw.copy(html, |_| true, &mut out);
        Event::Html(out.into())
    };
    // Reading deeply nested HTML takes time with the square of its depth, so both ways to nest,
    // Markdown's and raw tags, are limited as they are on a page.
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(html) => {
            block.push_str(&html);
            None
        }
        Event::InlineHtml(html) => Some(guarded(&html)),
        Event::Start(_) => {
            depth += 1;
            (depth <= writer::MAX_DEPTH).then_some(event)
        }
        Event::End(end) => {
            depth = depth.saturating_sub(1);
            match end {
                TagEnd::HtmlBlock => Some(guarded(&std::mem::take(&mut block))),
                _ => (depth < writer::MAX_DEPTH).then_some(event),
            }
        }
        event => Some(event),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    sanitise::sanitise(&html)
}

/// The words of a page without markup, one line for each block.
pub fn plain_text(text: &str, page: &str, docs: Docs<'_>) -> String {
    let (_, source, _, _) = read(text, page, "", docs);
    let mut words = String::new();
    for (event, _) in parse(&source.text) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak => words.push(' '),
            Event::HardBreak | Event::Rule => words.push('\n'),
            Event::Html(html) => {
                // Titles of blocks are words, too; raw HTML is markup.
                if let Some(title) = source.block(&html).and_then(title_of_block) {
                    words.push_str(title);
                    words.push('\n');
                }
            }
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link,
            ) => {}
            Event::End(_) if !words.is_empty() && !words.ends_with('\n') => words.push('\n'),
            _ => {}
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// The title a page gives itself, read from its beginning only.
pub fn title(text: &str) -> Option<String> {
    // The parser looks at all it is given, and a title further down is none.
    let text = text.char_indices().nth(MAX_TITLE_CHARS).map_or(text, |(end, _)| &text[..end]);
    let (head, body, _) = frontmatter::split(text);
    if head.title.is_some() {
        return head.title;
    }
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(body, options()) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { level, .. }), _) if level as u8 == 1 => {
                heading = Some(String::new());
            }
            (Event::End(TagEnd::Heading(_)), Some(_)) => break,
            (Event::Text(text) | Event::Code(text), Some(title)) => title.push_str(&text),
            (Event::SoftBreak, Some(title)) => title.push(' '),
            _ => {}
        }
    }
    let heading = heading?;
    let end = attributes::Attributes::at_end(&heading).map_or(heading.len(), |(_, start)| start);
    Some(heading[..end].trim().to_owned()).filter(|title| !title.is_empty())
}

fn read(
    text: &str,
    page: &str,
    prefix: &str,
    docs: Docs<'_>,
) -> (frontmatter::Head, Source, Vec<String>, Vec<DocsWarning>) {
    let (head, body, first_line) = frontmatter::split(text);
    let body = body.replace(source::SECRET, "");
    let lines = body
        .lines()
        .zip(first_line..)
        .map(|(text, line)| Line { text: text.to_owned(), origin: Origin { file: 0, line } });
    let mut snippets = snippets::Snippets::new(docs.folder, prefix, page);
    let mut lines = snippets.expand(lines.collect());
    for line in &mut lines {
        // The page itself was cleaned above, snippets come as they are.
        if line.origin.file > 0 && line.text.contains(source::SECRET) {
            line.text = line.text.replace(source::SECRET, "");
        }
    }
    (head, source::read(lines), snippets.files, snippets.warnings)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_SUBSCRIPT
}

fn parse(text: &str) -> Events<'_> {
    TextMergeWithOffset::new(Parser::new_ext(text, options()).into_offset_iter()).collect()
}

fn title_of_block(block: &blocks::Block) -> Option<&str> {
    use blocks::Block;
    match block {
        Block::AdmonitionOpen { title, .. } | Block::DetailsOpen { title, .. } => title.as_deref(),
        Block::TabOpen { title, .. } => Some(title),
        _ => None,
    }
}
