//! Parsed Markdown to HTML: links resolved, alignment as classes (our pages allow no inline style),
//! footnotes at the end, headings with a link to themselves.

mod pictures;

pub(super) use pictures::outside_image;

use super::blocks::{self, Block};
use super::footnotes::Footnotes;
use super::html::{escape, escape_into};
use super::inline::Words;
use super::links::{Docs, Resolved, Resolver};
use super::prepare::Prepared;
use super::rawhtml::{self, RawHtml, Tag as RawTag};
use super::source::Source;
use super::{Events, Origin, code};
use crate::highlight::Budget;
use crate::paths::Links;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag, TagEnd};
use std::collections::{HashMap, HashSet};

/// Elements within elements; what nests deeper is written without its tags.
pub(super) const MAX_DEPTH: usize = 60;

/// The most HTML that is made of one page: a page of headings grows fortyfold, and reading HTML as
/// a tree takes many times its length in memory.
const MAX_HTML: usize = 4 * 1024 * 1024;

/// The page's HTML before it is sanitised.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) html: String,
    pub(super) warnings: Vec<(Origin, String)>,
}

/// Writes a page.
pub(super) fn write(
    source: &Source,
    events: &Events<'_>,
    prepared: &Prepared,
    docs: Docs<'_>,
    links: &Links,
    page: &str,
) -> Written {
    let mut writer = Writer {
        source,
        prepared,
        resolver: Resolver::new(docs, links, page),
        words: Words::new(source.abbreviations.clone(), docs.keys),
        raw: RawHtml::default(),
        colours: Budget::default(),
        out: String::with_capacity(source.text.len() * 3 / 2),
        warnings: Vec::new(),
        at: Origin::default(),
        depth: 0,
        links: 0,
        bare: 0,
        endless: HashMap::new(),
        inline_tags: Vec::new(),
        table: Table::default(),
        footnotes: Footnotes::default(),
        anchors: Vec::new(),
        raw_ids: HashSet::new(),
    };
    writer.all(events);
    writer.footnotes.write(&mut writer.out);
    writer.check_anchors();
    if writer.raw.over {
        let message = "the page has more HTML, or nests it deeper, than is read; some of its tags are left out".to_owned();
        writer.warnings.push((Origin::default(), message));
    }
    Written { html: writer.out, warnings: writer.warnings }
}

struct Writer<'a> {
    source: &'a Source,
    prepared: &'a Prepared,
    resolver: Resolver<'a>,
    words: Words,
    raw: RawHtml,
    colours: Budget,
    out: String,
    warnings: Vec<(Origin, String)>,
    /// Where the present event stands.
    at: Origin,
    depth: usize,
    /// How many links are open; words within one make no second.
    links: usize,
    /// How many elements are open whose content is words and no paragraphs.
    bare: usize,
    /// Elements without an end, and the event up to which it was looked for.
    endless: HashMap<String, usize>,
    /// Raw tags open in the present paragraph; they end with it.
    inline_tags: Vec<String>,
    table: Table,
    footnotes: Footnotes,
    /// `#id` links to look up when all ids are known.
    anchors: Vec<(Origin, String)>,
    raw_ids: HashSet<String>,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Writer<'_> {
    fn all(&mut self, events: &Events<'_>) {
        let mut at = 0;
        while let Some((event, range)) = events.get(at) {
            self.at = self.source.origin(range.start);
            if self.out.len() > MAX_HTML {
                self.warn(
                    "the page is too large to be shown whole and ends here; split it".to_owned(),
                );
                break;
            }
            at += match event {
                Event::Start(Tag::CodeBlock(kind)) => self.code_block(kind, &events[at..]),
                Event::Start(Tag::Image { .. }) => self.image(at, &events[at..]),
                Event::Start(Tag::HtmlBlock) => self.html_block(&events[at..]),
                Event::Start(Tag::Paragraph) if is_toc_mark(&events[at..]) => {
                    self.toc();
                    3
                }
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth <= MAX_DEPTH {
                        self.start(at, tag);
                    }
                    1
                }
                Event::InlineHtml(html) if rawhtml::starts_hidden(html).is_some() => {
                    self.hidden(at, events)
                }
                Event::End(tag) => {
                    if self.depth <= MAX_DEPTH {
                        self.end(*tag, events, at);
                    }
                    self.depth = self.depth.saturating_sub(1);
                    1
                }
                event => {
                    self.leaf(at, event);
                    1
                }
            };
        }
    }

    fn leaf(&mut self, at: usize, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.words.write(text, self.links > 0, &mut self.out),
            Event::Code(code) => {
                let attributes = self.attributes(at);
                code::inline(code, &attributes, &mut self.colours, &mut self.out);
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => escape_into(text, &mut self.out),
            Event::Html(html) => self.html(html),
            Event::InlineHtml(html) => self.inline_html(html),
            Event::FootnoteReference(label) => self.footnotes.reference(label, &mut self.out),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let (checked, label) = if *done { (" checked=\"\"", "done") } else { ("", "open") };
                self.out.push_str(&format!(
                    "<input type=\"checkbox\" disabled=\"\"{checked} aria-label=\"{label}\"> "
                ));
            }
            Event::Start(_) | Event::End(_) => {}
        }
    }

    fn start(&mut self, at: usize, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph if self.bare > 0 => {}
            Tag::Paragraph => {
                let attributes = self.attributes(at);
                self.out.push_str(&format!("<p{attributes}>"));
            }
            Tag::Heading { level, .. } => {
                let id = self.prepared.heading_ids.get(&at).map_or("", String::as_str);
                let attributes = self.attributes(at);
                self.out.push_str(&format!("<{level} id=\"{}\"{attributes}>", escape(id)));
            }
            Tag::BlockQuote(None) => self.out.push_str("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => blocks::alert_open(alert_name(*kind), &mut self.out),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(start)) => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
            Tag::Item => self.out.push_str("<li>"),
            Tag::FootnoteDefinition(label) => self.footnotes.begin(label, &mut self.out),
            Tag::DefinitionList => self.out.push_str("<dl>\n"),
            Tag::DefinitionListTitle => self.out.push_str("<dt>"),
            Tag::DefinitionListDefinition => self.out.push_str("<dd>"),
            Tag::Table(alignments) => {
                self.table = Table { alignments: alignments.clone(), ..Table::default() };
                self.out.push_str("<div class=\"table-scroll\" tabindex=\"0\"><table>");
            }
            Tag::TableHead => {
                (self.table.in_head, self.table.column) = (true, 0);
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => {
                let name = if self.table.in_head { "th" } else { "td" };
                let class = match self.table.alignments.get(self.table.column) {
                    Some(Alignment::Left) => " class=\"align-left\"",
                    Some(Alignment::Center) => " class=\"align-center\"",
                    Some(Alignment::Right) => " class=\"align-right\"",
                    _ => "",
                };
                self.out.push_str(&format!("<{name}{class}>"));
            }
            Tag::Emphasis => self.element(at, "em"),
            Tag::Strong => self.element(at, "strong"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.links += 1;
                let open = match link_type {
                    LinkType::Email => format!("<a href=\"mailto:{}\"", escape(dest_url)),
                    _ => self.link(dest_url),
                };
                let title = if title.is_empty() {
                    String::new()
                } else {
                    format!(" title=\"{}\"", escape(title))
                };
                let attributes = self.attributes(at);
                self.out.push_str(&format!("{open}{title}{attributes}>"));
            }
            // Written elsewhere, or not asked of the parser.
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, events: &Events<'_>, at: usize) {
        match tag {
            TagEnd::Paragraph if self.bare > 0 => self.end_text("\n"),
            TagEnd::Paragraph => self.end_text("</p>\n"),
            TagEnd::Heading(level) => {
                let start = events[..at]
                    .iter()
                    .rposition(|(event, _)| matches!(event, Event::Start(Tag::Heading { .. })));
                let id = start.and_then(|start| self.prepared.heading_ids.get(&start));
                let id = escape(id.map_or("", String::as_str));
                self.end_text(&format!(
                    "<a class=\"headerlink\" href=\"#{id}\" title=\"Link to this section\" aria-label=\"Link to this section\">¶</a></{level}>\n"
                ));
            }
            TagEnd::BlockQuote(None) => self.out.push_str("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</div>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.end_text("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnotes.end(&mut self.out),
            TagEnd::DefinitionList => self.out.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.end_text("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.end_text("</dd>\n"),
            TagEnd::Table => self.out.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.table.in_head = false;
                self.out.push_str("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.table.column += 1;
                let end = if self.table.in_head { "</th>" } else { "</td>" };
                self.end_text(end);
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Superscript => self.out.push_str("</sup>"),
            TagEnd::Subscript => self.out.push_str("</sub>"),
            TagEnd::Link => {
                self.links = self.links.saturating_sub(1);
                self.out.push_str("</a>");
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn element(&mut self, at: usize, name: &str) {
        let attributes = self.attributes(at);
        self.out.push_str(&format!("<{name}{attributes}>"));
    }

    fn attributes(&self, at: usize) -> String {
        let mut html = String::new();
        if let Some(attributes) = self.prepared.attributes.get(&at) {
            attributes.write(&mut html);
        }
        html
    }

    /// Ends a paragraph, heading, cell or item, and with it the raw tags its author left open.
    fn end_text(&mut self, end: &str) {
        while let Some(name) = self.inline_tags.pop() {
            self.out.push_str(&format!("</{name}>"));
        }
        self.out.push_str(end);
    }

    /// A code block with its text; how many events that is.
    fn code_block(
        &mut self,
        kind: &CodeBlockKind<'_>,
        events: &[(Event<'_>, std::ops::Range<usize>)],
    ) -> usize {
        let mut text = String::new();
        let mut count = 1;
        for (event, _) in &events[1..] {
            count += 1;
            match event {
                Event::Text(part) => text.push_str(part),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        code::block(&text, info, &mut self.colours, &mut self.out);
        self.out.push('\n');
        count
    }

    /// Everything of a block of raw HTML at once, so that a tag over two lines is seen whole.
    fn html_block(&mut self, events: &[(Event<'_>, std::ops::Range<usize>)]) -> usize {
        let mut html = String::new();
        let mut count = 1;
        for (event, _) in &events[1..] {
            count += 1;
            match event {
                Event::Html(part) | Event::Text(part) => html.push_str(part),
                Event::End(TagEnd::HtmlBlock) => break,
                _ => {}
            }
        }
        self.html(&html);
        count
    }

    fn html(&mut self, html: &str) {
        if let Some(block) = self.source.block(html) {
            match block {
                Block::WordsOpen(tag) => {
                    self.bare += 1;
                    self.raw(tag);
                }
                Block::WordsClose(name) => {
                    self.bare = self.bare.saturating_sub(1);
                    self.raw(&format!("</{name}>"));
                }
                block => block.write(inline_title, &mut self.out),
            }
            self.out.push('\n');
            return;
        }
        self.raw(html);
        self.raw.end_formatting(&mut self.out);
    }

    /// An element within a line that goes with its content, up to its end in the same paragraph;
    /// how many events that is. Without an end the tag alone goes: it is a word that somebody wrote.
    fn hidden(&mut self, at: usize, events: &Events<'_>) -> usize {
        let Event::InlineHtml(html) = &events[at].0 else { return 1 };
        let Some(name) = rawhtml::starts_hidden(html) else { return 1 };
        if self.endless.get(&name).is_some_and(|end| at < *end) {
            return 1;
        }
        for (further, (event, _)) in events.iter().enumerate().skip(at + 1) {
            match event {
                Event::InlineHtml(html) if rawhtml::end_tag(html, &name).is_some() => {
                    return further - at + 1;
                }
                Event::End(
                    TagEnd::Paragraph
                    | TagEnd::Heading(_)
                    | TagEnd::TableCell
                    | TagEnd::Item
                    | TagEnd::DefinitionListTitle
                    | TagEnd::DefinitionListDefinition
                    // Leaving out the end of these would leave them open.
                    | TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Strikethrough
                    | TagEnd::Superscript
                    | TagEnd::Subscript
                    | TagEnd::Link,
                )
                | Event::Start(_) => {
                    self.endless.insert(name, further);
                    return 1;
                }
                _ => {}
            }
        }
        1
    }

    fn inline_html(&mut self, html: &str) {
        let name: String = html
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let before = self.out.len();
        self.raw(html);
        let written = &self.out[before..];
        if written.starts_with("</") {
            if let Some(open) = self.inline_tags.iter().rposition(|open| *open == name) {
                self.inline_tags.remove(open);
            }
        } else if written.starts_with('<')
            && !written.ends_with(&format!("</{name}>"))
            && !is_void(&name)
        {
            self.inline_tags.push(name);
        }
    }

    /// Copies raw HTML with its links resolved.
    fn raw(&mut self, html: &str) {
        let mut raw = std::mem::take(&mut self.raw);
        let mut out = std::mem::take(&mut self.out);
        let first = self.at;
        let visit = |tag: &mut RawTag| {
            let lines = html[..tag.offset].matches('\n').count();
            self.at = Origin { line: first.line + u32::try_from(lines).unwrap_or(0), ..first };
            self.raw_tag(tag)
        };
        raw.copy(html, visit, &mut out);
        (self.raw, self.out, self.at) = (raw, out, first);
    }

    /// Resolves the links of a raw tag; false drops it.
    fn raw_tag(&mut self, tag: &mut RawTag) -> bool {
        for name in ["id", "name"] {
            if let Some(id) = tag.get(name) {
                self.raw_ids.insert(id.to_owned());
            }
        }
        match tag.name.as_str() {
            "a" => {
                if let Some(href) = tag.get("href").map(str::to_owned) {
                    match self.resolve(&href) {
                        Some(Resolved::Page(url)) => tag.set("href", url),
                        Some(Resolved::File { href, .. }) => {
                            tag.set("href", href);
                            tag.set("target", "_blank".to_owned());
                        }
                        Some(_) => {}
                        None => tag.attributes.retain(|(key, _)| key != "href"),
                    }
                }
            }
            "img" | "video" | "audio" | "source" => self.raw_picture(tag),
            // A field to type into has no use on a page and could be taken for one of the portal.
            "input" => return matches!(tag.get("type"), Some("checkbox" | "radio")),
            _ => {}
        }
        true
    }

    /// The start of a link, without its end `>`.
    fn link(&mut self, target: &str) -> String {
        match self.resolve(target) {
            Some(Resolved::Outside(url)) => format!("<a href=\"{}\"", escape(&url)),
            Some(Resolved::Here(id)) => format!("<a href=\"#{}\"", escape(&id)),
            Some(Resolved::Page(url)) => format!("<a href=\"{}\"", escape(&url)),
            // A new tab, because a file is no page of the application.
            Some(Resolved::File { href, .. }) => {
                format!("<a href=\"{}\" target=\"_blank\"", escape(&href))
            }
            Some(Resolved::Broken(_)) | None => "<a class=\"broken-link\"".to_owned(),
        }
    }

    /// Resolves and warns; none when nothing is there.
    fn resolve(&mut self, target: &str) -> Option<Resolved> {
        match self.resolver.resolve(target) {
            Resolved::Broken(why) => {
                self.warn(why);
                None
            }
            Resolved::Here(id) => {
                if !id.is_empty() {
                    self.anchors.push((self.at, id.clone()));
                }
                Some(Resolved::Here(id))
            }
            found => Some(found),
        }
    }

    fn warn(&mut self, message: String) {
        self.warnings.push((self.at, message));
    }

    fn toc(&mut self) {
        self.out.push_str("<nav class=\"toc\" aria-label=\"Contents\"><ul>\n");
        for entry in &self.prepared.toc {
            self.out.push_str(&format!(
                "<li class=\"toc-level-{}\"><a href=\"#{}\">{}</a></li>\n",
                entry.level,
                escape(&entry.id),
                escape(&entry.title)
            ));
        }
        self.out.push_str("</ul></nav>\n");
    }

    fn check_anchors(&mut self) {
        for (origin, id) in std::mem::take(&mut self.anchors) {
            let given = self.prepared.attributes.values().any(|list| list.id.as_ref() == Some(&id));
            if !given && !self.prepared.ids.has(&id) && !self.raw_ids.contains(&id) {
                let message = format!("`#{id}` is no heading of this page; fix the link");
                self.warnings.push((origin, message));
            }
        }
    }
}

/// A title of a block: words with emphasis and code, no links.
fn inline_title(title: &str) -> String {
    let mut out = String::new();
    for event in pulldown_cmark::Parser::new(title) {
        match event {
            Event::Text(text) => escape_into(&text, &mut out),
            Event::Code(code) => out.push_str(&format!("<code>{}</code>", escape(&code))),
            Event::Start(Tag::Strong) => out.push_str("<strong>"),
            Event::End(TagEnd::Strong) => out.push_str("</strong>"),
            Event::Start(Tag::Emphasis) => out.push_str("<em>"),
            Event::End(TagEnd::Emphasis) => out.push_str("</em>"),
            Event::InlineHtml(html) | Event::Html(html) => escape_into(&html, &mut out),
            _ => {}
        }
    }
    out
}

/// A paragraph that is `[TOC]` and nothing else.
fn is_toc_mark(events: &[(Event<'_>, std::ops::Range<usize>)]) -> bool {
    let text = events
        .get(1)
        .is_some_and(|(event, _)| matches!(event, Event::Text(text) if &**text == "[TOC]"));
    text && matches!(events.get(2), Some((Event::End(TagEnd::Paragraph), _)))
}

fn alert_name(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "input" | "wbr" | "source" | "track" | "col" | "area")
}
