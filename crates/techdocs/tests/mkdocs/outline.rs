//! The outline of a page, as `generate.py` makes it, from HTML that this crate has sanitised.

use std::collections::HashMap;
use std::path::Path;

#[derive(Debug)]
enum Node {
    Text(String),
    Element(Element),
}

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

const VOID: [&str; 8] = ["br", "hr", "img", "input", "wbr", "source", "col", "area"];
const KEPT: [&str; 13] =
    ["em", "strong", "code", "del", "ins", "mark", "sub", "sup", "kbd", "b", "i", "u", "s"];
const BLOCKS: [&str; 24] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "table",
    "pre",
    "hr",
    "div",
    "section",
    "details",
    "figure",
    "figcaption",
    "nav",
    "summary",
];

impl Element {
    fn get(&self, key: &str) -> &str {
        self.attributes.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value)
    }

    fn has(&self, key: &str) -> bool {
        self.attributes.iter().any(|(name, _)| name == key)
    }

    fn is(&self, class: &str) -> bool {
        self.get("class").split(' ').any(|found| found == class)
    }

    fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    fn find(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|it| if it.name == name { Some(it) } else { it.find(name) })
    }

    fn text(&self) -> String {
        let part = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        };
        self.children.iter().map(part).collect()
    }
}

/// Sanitised HTML is regular: every element ends, values are quoted, `<` is escaped in text.
fn parse(html: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        push_text(&rest[..start], &mut open);
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, after) = rest.split_at(end.expect("every tag ends"));
        rest = &after[1..];
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().expect("an open element");
            assert_eq!(closed.name, name, "{html}");
            open.last_mut().expect("a parent").children.push(Node::Element(closed));
            continue;
        }
        let (name, mut list) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut element = Element { name: name.to_owned(), ..Element::default() };
        while let Some((key, value)) = list.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("every value ends");
            element.attributes.push((key.trim().to_owned(), unescape(value)));
            list = after;
        }
        if VOID.contains(&name) {
            open.last_mut().expect("a parent").children.push(Node::Element(element));
        } else {
            open.push(element);
        }
    }
    push_text(rest, &mut open);
    assert_eq!(open.len(), 1, "{html}");
    open.remove(0)
}

fn push_text(text: &str, open: &mut [Element]) {
    if !text.is_empty() {
        open.last_mut().expect("a parent").children.push(Node::Text(unescape(text)));
    }
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

fn decode(text: &str) -> String {
    text.replace("%20", " ")
}

/// Small drawings come as data; this says which file they are.
pub fn drawings(root: &Path) -> HashMap<String, String> {
    fn walk(docs: &Path, folder: &Path, found: &mut HashMap<String, String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(docs, &path, found);
            } else if path.extension().is_some_and(|it| it == "svg") {
                let name = path.strip_prefix(docs).expect("below").to_string_lossy().into_owned();
                let bytes = std::fs::read(&path).expect("readable");
                found.insert(base64(&bytes), name);
            }
        }
    }
    let mut found = HashMap::new();
    let docs = root.join("docs");
    walk(&docs, &docs, &mut found);
    found
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let number = number << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

struct Outline<'a> {
    drawings: &'a HashMap<String, String>,
    lines: Vec<String>,
}

/// The outline of sanitised HTML.
pub fn outline(html: &str, drawings: &HashMap<String, String>) -> Vec<String> {
    let mut outline = Outline { drawings, lines: Vec::new() };
    let root = parse(html);
    outline.blocks(root.children.iter(), 0);
    outline.lines
}

impl Outline<'_> {
    fn address(&self, href: &str) -> String {
        if let Some(data) = href.strip_prefix("data:image/svg+xml;base64,") {
            return self
                .drawings
                .get(data)
                .map_or("data", |name| name)
                .replace("img/", "site:img/");
        }
        let inside = href.strip_prefix("/pages/").or_else(|| href.strip_prefix("/files/"));
        inside.map_or_else(|| decode(href), |path| format!("site:{}", decode(path)))
    }

    fn inline<'n>(&self, nodes: impl Iterator<Item = &'n Node>) -> String {
        let mut out = String::new();
        for node in nodes {
            let it = match node {
                Node::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Node::Element(element) => element,
            };
            let inside = self.inline(it.children.iter());
            let name = it.name.as_str();
            let text = match name {
                "a" if it.is("headerlink") || it.is("footnote-backref") => String::new(),
                "a" if it.is("footnote-ref") => {
                    format!("[note {} -> {}]", it.text(), it.get("href"))
                }
                "a" if it.has("href") => {
                    format!("<a {}>{inside}</a>", self.address(it.get("href")))
                }
                "a" => match [it.get("id"), it.get("name")].into_iter().find(|id| !id.is_empty()) {
                    Some(id) => format!("<a #{id}>{inside}</a>"),
                    None => inside,
                },
                "img" => {
                    let extra = ["title", "width", "align"].into_iter().filter(|key| it.has(key));
                    let extra = extra.map(|key| format!(" {key}={}", it.get(key)));
                    let (src, alt) = (self.address(it.get("src")), it.get("alt"));
                    format!("<img {src} '{alt}'{}>", extra.collect::<String>())
                }
                "br" => "<br>".to_owned(),
                "input" => if it.has("checked") { "[x]" } else { "[ ]" }.to_owned(),
                "abbr" => format!("<abbr {}>{inside}</abbr>", it.get("title")),
                "sup" if it.find("a").is_some_and(|a| a.is("footnote-ref")) => inside,
                "span" if it.is("critic-comment") => format!("<comment>{inside}</comment>"),
                _ if KEPT.contains(&name) => format!("<{name}>{inside}</{name}>"),
                _ => inside,
            };
            out.push_str(&text);
        }
        out
    }

    fn words<'n>(&self, nodes: impl Iterator<Item = &'n Node>) -> String {
        let text = self.inline(nodes).split([' ', '\t', '\n', '\r', '\u{a0}']).fold(
            String::new(),
            |mut text, word| {
                if !word.is_empty() {
                    if !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(word);
                }
                text
            },
        );
        text.replace(" <br>", "<br>").replace("<br> ", "<br>")
    }

    fn add(&mut self, depth: usize, line: impl AsRef<str>) {
        self.lines.push(format!("{}{}", "  ".repeat(depth), line.as_ref().trim_end()));
    }

    fn blocks<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>, depth: usize) {
        let mut waiting: Vec<&Node> = Vec::new();
        for node in nodes {
            match node {
                Node::Element(element) if BLOCKS.contains(&element.name.as_str()) => {
                    self.flush(&mut waiting, depth);
                    self.block(element, depth);
                }
                _ => waiting.push(node),
            }
        }
        self.flush(&mut waiting, depth);
    }

    fn flush(&mut self, waiting: &mut Vec<&Node>, depth: usize) {
        let text = self.words(waiting.drain(..));
        if !text.is_empty() {
            self.add(depth, format!("text: {text}"));
        }
    }

    fn block(&mut self, it: &Element, depth: usize) {
        let name = it.name.as_str();
        let anchor = match it.get("id") {
            "" => String::new(),
            id => format!(" #{id}"),
        };
        let without = |skip: usize| it.children.iter().skip(skip);
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let words = self.words(without(0));
                self.add(depth, format!("{name}{anchor}: {words}"));
            }
            "p" | "dt" | "figcaption" | "summary" => {
                if it.elements().any(|inner| BLOCKS.contains(&inner.name.as_str())) {
                    return self.blocks(without(0), depth);
                }
                let label = if name == "p" { "text" } else { name };
                let words = self.words(without(0));
                if !words.is_empty() {
                    self.add(depth, format!("{label}{anchor}: {words}"));
                }
            }
            "ul" | "ol" | "dl" => {
                let from = match it.get("start") {
                    "" | "1" => String::new(),
                    start => format!(" from {start}"),
                };
                self.add(depth, format!("{name}{from}"));
                self.blocks(without(0), depth + 1);
            }
            "li" | "dd" | "blockquote" | "figure" => {
                self.add(
                    depth,
                    match name {
                        "li" => "item",
                        "blockquote" => "quote",
                        other => other,
                    },
                );
                self.blocks(without(0), depth + 1);
            }
            "hr" => self.add(depth, "rule"),
            "table" => {
                self.add(depth, "table");
                self.rows(it, depth + 1);
            }
            "pre" => self.code(it, "", depth),
            "div" if it.is("highlight") => {
                let title = it.elements().find(|inner| inner.is("highlight-title"));
                let title = title.map_or_else(String::new, |title| format!("({})", title.text()));
                self.code(it, &title, depth);
            }
            _ if it.is("admonition") => self.admonition(it, depth),
            "details" => {
                let summary = it.elements().position(|inner| inner.name == "summary");
                self.details(it, summary.is_some(), depth);
            }
            _ if it.is("tabbed-set") => {
                self.add(depth, "tabs");
                for inner in it.elements() {
                    if inner.is("tabbed-label") {
                        let words = self.words(inner.children.iter());
                        self.add(depth + 1, format!("tab: {words}"));
                    } else if inner.is("tabbed-block") {
                        self.blocks(inner.children.iter(), depth + 2);
                    }
                }
            }
            _ if it.is("footnotes") => {
                self.add(depth, "footnotes");
                for note in it.find("ol").into_iter().flat_map(Element::elements) {
                    self.add(depth + 1, format!("note #{}", note.get("id")));
                    self.blocks(note.children.iter(), depth + 2);
                }
            }
            _ if it.is("toc") => {
                self.add(depth, "contents");
                self.links(it, depth + 1);
            }
            _ => self.blocks(without(0), depth),
        }
    }

    fn admonition(&mut self, it: &Element, depth: usize) {
        if it.name == "details" {
            return self.details(it, true, depth);
        }
        let titled = it.elements().next().is_some_and(|first| first.is("admonition-title"));
        let title = it.elements().next().filter(|_| titled);
        let title = title.map_or_else(String::new, |title| self.words(title.children.iter()));
        let kinds = it.get("class").split(' ');
        let kinds: Vec<&str> = kinds.filter(|class| !class.starts_with("admonition")).collect();
        self.add(depth, format!("admonition {}: {title}", kinds.join(" ")));
        let skip = it.children.iter().position(|node| matches!(node, Node::Element(_)));
        let skip = if titled { skip.map_or(0, |at| at + 1) } else { 0 };
        self.blocks(it.children.iter().skip(skip), depth + 1);
    }

    fn details(&mut self, it: &Element, has_summary: bool, depth: usize) {
        let title = it.elements().find(|inner| inner.name == "summary");
        let title = title.map_or_else(String::new, |title| self.words(title.children.iter()));
        let open = if it.has("open") { " open" } else { "" };
        self.add(depth, format!("details{open}: {title}"));
        let rest = it.children.iter().filter(|node| match node {
            Node::Element(inner) => !has_summary || inner.name != "summary",
            Node::Text(_) => true,
        });
        self.blocks(rest, depth + 1);
    }

    fn links(&mut self, it: &Element, depth: usize) {
        for inner in it.elements() {
            if inner.name == "a" {
                let words = self.words(inner.children.iter());
                self.add(depth, format!("{}: {words}", inner.get("href")));
            } else {
                self.links(inner, depth);
            }
        }
    }

    fn rows(&mut self, it: &Element, depth: usize) {
        for inner in it.elements() {
            if inner.name != "tr" {
                self.rows(inner, depth);
                continue;
            }
            self.add(depth, "row");
            for cell in inner.elements() {
                let align = ["left", "center", "right"]
                    .into_iter()
                    .find(|align| cell.is(&format!("align-{align}")))
                    .map_or_else(String::new, |align| format!(" {align}"));
                let words = self.words(cell.children.iter());
                self.add(depth + 1, format!("{}{align}: {words}", cell.name));
            }
        }
    }

    fn code(&mut self, it: &Element, title: &str, depth: usize) {
        let code = it.find("code");
        let class = code.map_or("", |code| code.get("class"));
        let language = class.split(' ').find_map(|class| class.strip_prefix("language-"));
        let language = language.filter(|language| *language != "text").unwrap_or_default();
        let head: Vec<&str> =
            ["code", language, title].into_iter().filter(|part| !part.is_empty()).collect();
        self.add(depth, head.join(" "));
        for line in code.unwrap_or(it).text().trim_end_matches('\n').split('\n') {
            self.lines.push(format!("{}| {line}", "  ".repeat(depth + 1)));
        }
    }
}

/// What only one of the sides has, in order.
pub fn diff(theirs: &[String], ours: &[String]) -> String {
    let mut longest = vec![vec![0_usize; ours.len() + 1]; theirs.len() + 1];
    for a in (0..theirs.len()).rev() {
        for b in (0..ours.len()).rev() {
            longest[a][b] = match theirs[a] == ours[b] {
                true => longest[a + 1][b + 1] + 1,
                false => longest[a + 1][b].max(longest[a][b + 1]),
            };
        }
    }
    let (mut a, mut b, mut text) = (0, 0, String::new());
    while a < theirs.len() || b < ours.len() {
        if a < theirs.len() && b < ours.len() && theirs[a] == ours[b] {
            (a, b) = (a + 1, b + 1);
        } else if b == ours.len() || a < theirs.len() && longest[a + 1][b] >= longest[a][b + 1] {
            text.push_str(&format!("  mkdocs    {}\n", theirs[a]));
            a += 1;
        } else {
            text.push_str(&format!("  callboard {}\n", ours[b]));
            b += 1;
        }
    }
    text
}
