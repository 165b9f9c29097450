//! Markdown to sanitised HTML, with what MkDocs and GitHub add to it.
//!
//! In order: `frontmatter` takes the head off, `snippets` puts other files in place, `source`
//! turns indented blocks into placeholders, `pulldown-cmark` parses (lean: no other crate of weight comes
//! with it, and its events carry offsets, so a warning knows its line), `prepare` gives headings
//! their ids, `writer` writes HTML with links resolved, and `sanitise` has the last word on all
//! of it. Pure functions of the folder's content; whoever calls them may cache.

mod attributes;
mod blocks;
mod code;
mod elements;
mod emoji;
mod footnotes;
mod frontmatter;
pub(crate) mod html;
mod inline;
mod keys;
mod line;
mod links;
mod prepare;
mod rawhtml;
mod sanitise;
mod slug;
mod snippets;
mod source;
mod spans;
mod writer;

#[cfg(test)]
mod tests;

pub use links::Docs;
pub(crate) use slug::slug;

use crate::images;
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
    /// What its authors should fix.
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

/// Renders one page. `page` is its file in the docs folder.
pub fn render(text: &str, page: &str, docs: Docs<'_>, links: &Links) -> Rendered {
    let (head, source, files, mut warnings) = read(text, page, docs);
    let mut events = parse(&source.text);
    let prepared = prepare::prepare(&mut events);
    let written = writer::write(&source, &events, &prepared, docs, links, page);
    let name = |file: u16| files.get(usize::from(file)).map_or(page, String::as_str);
    warnings.extend(written.warnings.into_iter().map(|(origin, message)| DocsWarning {
        file: name(origin.file).to_owned(),
        line: (origin.line > 0).then_some(origin.line),
        message,
    }));
    if warnings.len() > MAX_WARNINGS {
        let more = warnings.len() - MAX_WARNINGS;
        warnings.truncate(MAX_WARNINGS);
        let (file, message) = (name(0).to_owned(), format!("… and {more} more"));
        warnings.push(DocsWarning { file, line: None, message });
    }
    let heading = prepared.toc.iter().find(|entry| entry.level == 1 && !entry.title.is_empty());
    Rendered {
        title: head.title.or_else(|| heading.map(|entry| entry.title.clone())),
        html: sanitise::sanitise(&written.html, docs.images),
        toc: prepared.toc,
        warnings,
    }
}

/// A short text that belongs to no site, such as the closing words of a run.
pub fn fragment(text: &str) -> String {
    let mut fragment = Fragment::default();
    let mut parser = Parser::new_ext(text, Options::ENABLE_TABLES).peekable();
    while let Some(event) = parser.next() {
        match event {
            Event::Html(html) => fragment.block.push_str(&html),
            Event::InlineHtml(html) => fragment.raw(&html),
            Event::Start(Tag::Image { dest_url, .. }) if images::host_of(&dest_url).is_some() => {
                let mut alt = String::new();
                let mut depth = 1_u32;
                for event in parser.by_ref() {
                    match event {
                        Event::Start(_) => depth += 1,
                        Event::End(_) => depth -= 1,
                        Event::Text(text) | Event::Code(text) => alt.push_str(&text),
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
                fragment.image(&dest_url, &alt);
            }
            event => fragment.event(event),
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, fragment.out.into_iter());
    sanitise::sanitise(&html, &images::ImageHosts::default())
}

/// The events of a short text with both ways to nest limited, Markdown's and raw tags, as they are
/// on a page: reading deeply nested HTML takes time with the square of its depth.
#[derive(Default)]
struct Fragment<'a> {
    out: Vec<Event<'a>>,
    raw: rawhtml::RawHtml,
    /// The lines of the present block of HTML.
    block: String,
    depth: usize,
    links: usize,
}

impl<'a> Fragment<'a> {
    fn event(&mut self, event: Event<'a>) {
        match &event {
            Event::Start(tag) => {
                self.links += usize::from(matches!(tag, Tag::Link { .. }));
                self.depth += 1;
                if self.depth > writer::MAX_DEPTH {
                    return;
                }
            }
            Event::End(end) => {
                self.links = self.links.saturating_sub(usize::from(*end == TagEnd::Link));
                self.depth = self.depth.saturating_sub(1);
                if *end == TagEnd::HtmlBlock {
                    let block = std::mem::take(&mut self.block);
                    self.raw(&block);
                    return;
                }
                if self.depth >= writer::MAX_DEPTH {
                    return;
                }
            }
            _ => {}
        }
        self.out.push(event);
    }

    fn raw(&mut self, html: &str) {
        let mut out = String::new();
        let visit = |tag: &mut rawhtml::Tag| {
            if tag.name == "img" {
                let src = tag.get("src").unwrap_or_default().to_owned();
                if let Some(host) = images::host_of(&src) {
                    let alt = html::escape(tag.get("alt").unwrap_or_default());
                    let url = html::escape(&src);
                    tag.instead = Some(writer::outside_image(&url, &host, &alt, tag.in_link));
                }
            }
            true
        };
        self.raw.copy(html, visit, &mut out);
        self.out.push(Event::InlineHtml(out.into()));
    }

    fn image(&mut self, url: &str, alt: &str) {
        let host = images::host_of(url).unwrap_or_default();
        let (url, alt) = (html::escape(url), html::escape(alt));
        let html = writer::outside_image(&url, &host, &alt, self.links > 0);
        self.out.push(Event::InlineHtml(html.into()));
    }
}

/// The words of a page without markup, one line for each block.
pub fn plain_text(text: &str, page: &str, docs: Docs<'_>) -> String {
    let (_, source, _, _) = read(text, page, docs);
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
    let mut heading: Option<prepare::Heading> = None;
    for (event, _) in parse(body) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { level, .. }), _) if level as u8 == 1 => {
                heading = Some(prepare::Heading::default());
            }
            (Event::End(TagEnd::Heading(_)), Some(_)) => break,
            (event, Some(heading)) => heading.add(&event),
            _ => {}
        }
    }
    let heading = heading?.words;
    let end = attributes::Attributes::at_end(&heading).map_or(heading.len(), |(_, start)| start);
    let title = inline::plain(&heading[..end]);
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}

fn read(
    text: &str,
    page: &str,
    docs: Docs<'_>,
) -> (frontmatter::Head, Source, Vec<String>, Vec<DocsWarning>) {
    let (head, body, first_line) = frontmatter::split(text);
    let body = body.replace(source::PLACEHOLDER, "");
    let lines = body
        .lines()
        .zip(first_line..)
        .map(|(text, line)| Line { text: text.to_owned(), origin: Origin { file: 0, line } });
    let mut snippets = snippets::Snippets::new(docs.folder, page);
    let mut lines = snippets.expand(lines.collect());
    for line in &mut lines {
        // The page itself was cleaned above, snippets come as they are.
        if line.origin.file > 0 && line.text.contains(source::PLACEHOLDER) {
            line.text = line.text.replace(source::PLACEHOLDER, "");
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
    let parser = Parser::new_ext(text, options()).into_offset_iter();
    spans::pair(TextMergeWithOffset::new(parser).collect())
}

fn title_of_block(block: &blocks::Block) -> Option<&str> {
    use blocks::Block;
    match block {
        Block::AdmonitionOpen { title, .. } | Block::DetailsOpen { title, .. } => title.as_deref(),
        Block::TabOpen { title, .. } => Some(title),
        _ => None,
    }
}
