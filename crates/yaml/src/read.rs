//! From text to documents, within limits.

use crate::accept::{Accepted, accept, check_characters};
use crate::flow::FlowGuard;
use crate::node::{Entry, MAX_DEPTH, Mark, Node, SyntaxError, Value};
use crate::split::{Part, split};
use crate::tabs::{self, Indents};
use crate::{scalar, yaml11};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use std::collections::{HashMap, HashSet};

/// The longest text that is read, in bytes.
pub const MAX_TEXT_BYTES: usize = 10 * 1024 * 1024;

/// How many values one document may hold, aliases unfolded.
pub const MAX_NODES: usize = 1_000_000;

/// What the anchored values of one document and their copies may take in memory, about.
pub const MAX_ALIAS_BYTES: usize = 16 * 1024 * 1024;

/// How many values an anchor and its aliases may stand for, as in Backstage.
const MAX_ALIASES: usize = 100;

/// What the parser says of text after the end of a document.
const STRAY_TEXT: &str = "did not find expected <document start>";

/// From this many keys on a set finds duplicates faster than looking through them.
const MANY_KEYS: usize = 16;

/// Reads every document of a text. Empty documents are left out. A broken document is an error in
/// its place; it ends at the next line that begins with `---` or `...`.
pub fn parse_all(text: &str) -> Vec<Result<Node, SyntaxError>> {
    let mut documents = Vec::new();
    parse_each(text, |document| documents.push(document));
    documents
}

/// The same, one document after the other.
pub fn parse_each(text: &str, mut found: impl FnMut(Result<Node, SyntaxError>)) {
    if let Err(error) = check_size(text) {
        return found(Err(error));
    }
    let (indents, mut mending) = (Indents::of(text), tabs::MENDING_BYTES);
    let mut old = false;
    for Part { text, lines_before } in split(text) {
        old |= yaml11::is_asked_for(text);
        if let Err(error) = check_characters(text, lines_before) {
            found(Err(error));
            continue;
        }
        let text = accept(text, &mut mending);
        let mut reader = Reader::new(&text, lines_before, &indents, old);
        loop {
            match reader.next_document() {
                Ok(Some(node)) if node.is_null() => {}
                Ok(Some(node)) => found(Ok(node)),
                Ok(None) => break,
                Err(error) => {
                    found(Err(error));
                    break;
                }
            }
        }
    }
}

/// Reads a text of one document; an empty text is `null`.
pub fn parse_one(text: &str) -> Result<Node, SyntaxError> {
    check_size(text)?;
    let (indents, mut mending) = (Indents::of(text), tabs::MENDING_BYTES);
    let (mut found, mut old) = (None, false);
    for Part { text, lines_before } in split(text) {
        old |= yaml11::is_asked_for(text);
        check_characters(text, lines_before)?;
        let text = accept(text, &mut mending);
        let mut reader = Reader::new(&text, lines_before, &indents, old);
        while let Some(node) = reader.next_document()? {
            if node.is_null() {
                continue;
            }
            if found.is_some() {
                return Err(SyntaxError {
                    mark: node.mark,
                    message: "found a second document where one was expected: remove it, or the \
                              line `---` before it"
                        .to_owned(),
                });
            }
            found = Some(node);
        }
    }
    Ok(found.unwrap_or(Node { value: Value::Null, mark: Mark { line: 1, column: 1 } }))
}

fn check_size(text: &str) -> Result<(), SyntaxError> {
    if text.len() <= MAX_TEXT_BYTES {
        return Ok(());
    }
    Err(SyntaxError {
        mark: Mark { line: 1, column: 1 },
        message: format!(
            "the text is {} bytes long, at most {MAX_TEXT_BYTES} are read: split it into files",
            text.len()
        ),
    })
}

/// Turns the events of the parser into documents.
struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    accepted: &'a Accepted<'a>,
    /// The document is one of YAML 1.1.
    old: bool,
    indents: &'a Indents,
    guard: Option<FlowGuard<'a>>,
    /// Lines of the whole text that stand before this part of it.
    lines_before: u32,
    /// Collections that are open, the innermost last.
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    alias_bytes: usize,
}

/// A collection whose end has not come yet.
struct Open {
    mark: Mark,
    anchor: usize,
    /// The anchors whose aliases stand inside.
    aliases: HashSet<usize>,
    /// Whether it stands in brackets, where indentation means nothing.
    flow: bool,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<(String, Mark)>, seen: HashSet<String> },
}

/// A value that aliases can repeat.
struct Anchored {
    node: Node,
    size: Size,
    /// How often it has been used, its own place counted.
    uses: usize,
    /// How many values one use stands for, as far as aliases inside multiply them. Found out when
    /// it is first used.
    weight: Option<usize>,
    /// The anchors whose aliases stand inside.
    aliases: HashSet<usize>,
}

/// What a copy of a value costs.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn new(accepted: &'a Accepted<'a>, lines_before: u32, indents: &'a Indents, old: bool) -> Self {
        Reader {
            parser: Parser::new_from_str(&accepted.text),
            accepted,
            old,
            indents,
            guard: FlowGuard::of(&accepted.text),
            lines_before,
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            alias_bytes: 0,
        }
    }

    /// The next document, or nothing at the end of the text.
    fn next_document(&mut self) -> Result<Option<Node>, SyntaxError> {
        let mut root = None;
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(None),
                Some(Ok(event)) => event,
                Some(Err(error)) => return Err(self.scan_error(&error)),
            };
            let mark = self.mark(span.start);
            if let Some(guard) = &mut self.guard {
                guard.check(span.end.index(), mark)?;
            }
            let finished = match event {
                Event::Nothing | Event::StreamStart => None,
                Event::StreamEnd => return Ok(None),
                Event::DocumentStart(_) => {
                    self.anchors.clear();
                    (self.nodes, self.alias_bytes) = (0, 0);
                    None
                }
                Event::DocumentEnd => {
                    // Text that no document marker parts from this document makes it a broken one.
                    if let Some(Err(error)) = self.parser.peek()
                        && error.info() == STRAY_TEXT
                    {
                        return Err(self.scan_error(&error));
                    }
                    return Ok(Some(root.unwrap_or(Node { value: Value::Null, mark })));
                }
                Event::Alias(id) => Some(self.alias(id, mark)?),
                Event::Scalar(text, style, anchor, tag) => {
                    let value = match scalar_value(&text, style, tag.as_deref(), self.old) {
                        Value::String(text) => Value::String(self.accepted.restore(text)),
                        value => value,
                    };
                    let node = Node { value, mark: self.value_mark(span) };
                    self.count(1, mark)?;
                    self.remember(anchor, &node, HashSet::new())?;
                    Some(node)
                }
                Event::SequenceStart(anchor, _) => {
                    self.open(span, anchor, Content::Sequence(Vec::new()))?;
                    None
                }
                Event::MappingStart(anchor, _) => {
                    let content =
                        Content::Mapping { entries: Vec::new(), key: None, seen: HashSet::new() };
                    self.open(span, anchor, content)?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => self.close()?,
            };
            if let Some(node) = finished {
                root = self.place(node)?.or(root);
            }
        }
    }

    fn open(&mut self, span: Span, anchor: usize, content: Content) -> Result<(), SyntaxError> {
        let mark = self.mark(span.start);
        self.count(1, mark)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(mark));
        }
        // Only brackets have a width; the start of a block collection is no text of its own.
        let flow = !span.is_empty() || self.open.last().is_some_and(|open| open.flow);
        if !flow {
            self.indents.check(mark)?;
        }
        self.open.push(Open { mark, anchor, aliases: HashSet::new(), flow, content });
        Ok(())
    }

    fn close(&mut self) -> Result<Option<Node>, SyntaxError> {
        let Some(Open { mark, anchor, aliases, content, .. }) = self.open.pop() else {
            return Ok(None);
        };
        let value = match content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { entries, .. } if self.old => {
                Value::Mapping(yaml11::merged(entries)?)
            }
            Content::Mapping { entries, .. } => Value::Mapping(entries),
        };
        let node = Node { value, mark };
        if let Some(around) = self.open.last_mut() {
            match around.aliases.is_empty() {
                true => around.aliases.clone_from(&aliases),
                false => around.aliases.extend(&aliases),
            }
        }
        self.remember(anchor, &node, aliases)?;
        Ok(Some(node))
    }

    /// Puts a finished value into the collection around it, or hands it back as the root.
    fn place(&mut self, node: Node) -> Result<Option<Node>, SyntaxError> {
        let Some(open) = self.open.last_mut() else { return Ok(Some(node)) };
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, key, seen } => match key.take() {
                Some((key, key_mark)) => entries.push(Entry { key, key_mark, value: node }),
                None => {
                    let name = scalar::key_text(&node);
                    if is_duplicate(&name, entries, seen) {
                        let first = entries.iter().find(|entry| entry.key == name);
                        let line = first.map_or(open.mark.line, |entry| entry.key_mark.line);
                        return Err(SyntaxError {
                            mark: node.mark,
                            message: format!(
                                "the key \"{}\" stands twice in this mapping, first on line \
                                 {line}: remove one of them",
                                shorten(&name)
                            ),
                        });
                    }
                    *key = Some((name, node.mark));
                }
            },
        }
        Ok(None)
    }

    /// A copy of the value an alias stands for.
    fn alias(&mut self, id: usize, mark: Mark) -> Result<Node, SyntaxError> {
        self.use_anchor(id, mark)?;
        let Some(Anchored { node, size, .. }) = self.anchors.get(&id) else {
            return Err(SyntaxError {
                mark,
                message: "this alias refers to an anchor that is not complete at this place: \
                          define `&name` earlier in the same document, and not around the alias"
                    .to_owned(),
            });
        };
        let size = *size;
        let copy = Node { value: node.value.clone(), mark };
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(too_deep(mark));
        }
        self.count(size.nodes, mark)?;
        self.charge(size.bytes, mark)?;
        Ok(copy)
    }

    /// Counts one more use of an anchor, by the rule of the reader that Backstage has.
    fn use_anchor(&mut self, id: usize, mark: Mark) -> Result<(), SyntaxError> {
        if let Some(open) = self.open.last_mut() {
            open.aliases.insert(id);
        }
        let cost = |other: &usize| {
            let other = self.anchors.get(other)?;
            Some(other.uses.saturating_mul(other.weight.unwrap_or(0)))
        };
        let weight = self.anchors.get(&id).map(|anchored| {
            let inside = anchored.aliases.iter().filter_map(cost).max();
            let own = usize::from(has_scalar(&anchored.node));
            anchored.weight.unwrap_or_else(|| inside.unwrap_or(0).max(own))
        });
        let Some(anchored) = self.anchors.get_mut(&id) else { return Ok(()) };
        anchored.uses += 1;
        anchored.weight = weight;
        if anchored.uses.saturating_mul(weight.unwrap_or(1)) <= MAX_ALIASES {
            return Ok(());
        }
        Err(SyntaxError {
            mark,
            message: format!(
                "this anchor is used too often: an anchor and its aliases may stand for \
                 {MAX_ALIASES} values, those of aliases inside counted; write the value out"
            ),
        })
    }

    fn remember(
        &mut self,
        anchor: usize,
        node: &Node,
        aliases: HashSet<usize>,
    ) -> Result<(), SyntaxError> {
        if anchor == 0 {
            return Ok(());
        }
        let size = measure(node);
        self.charge(size.bytes, node.mark)?;
        let anchored = Anchored { node: node.clone(), size, uses: 1, weight: None, aliases };
        self.anchors.insert(anchor, anchored);
        Ok(())
    }

    fn count(&mut self, nodes: usize, mark: Mark) -> Result<(), SyntaxError> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(SyntaxError {
            mark,
            message: format!(
                "the document holds more than {MAX_NODES} values: split it into several"
            ),
        })
    }

    fn charge(&mut self, bytes: usize, mark: Mark) -> Result<(), SyntaxError> {
        self.alias_bytes += bytes;
        if self.alias_bytes <= MAX_ALIAS_BYTES {
            return Ok(());
        }
        Err(SyntaxError {
            mark,
            message: format!(
                "anchors and aliases of this document unfold to more than {} MiB: write the \
                 repeated values once, or use fewer aliases",
                MAX_ALIAS_BYTES / (1024 * 1024)
            ),
        })
    }

    fn mark(&self, marker: Marker) -> Mark {
        Mark {
            line: u32::try_from(marker.line())
                .unwrap_or(u32::MAX)
                .saturating_add(self.lines_before),
            column: u32::try_from(self.accepted.column(marker.line(), marker.col()) + 1)
                .unwrap_or(u32::MAX),
        }
    }

    /// Where a scalar stands; one that was left out stands at its key, where a person looks.
    fn value_mark(&self, span: Span) -> Mark {
        match self.open.last().map(|open| &open.content) {
            Some(Content::Mapping { key: Some((_, key_mark)), .. }) if span.is_empty() => *key_mark,
            _ => self.mark(span.start),
        }
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let mark = self.mark(*error.marker());
        // A tab that should indent the next line makes it go on with the one before.
        let reach = match error.info() {
            "while scanning a plain scalar, found a tab" => u32::MAX,
            info if info.contains("mapping values") || info.contains("key") => 1,
            _ => return SyntaxError { mark, message: explain(error.info()) },
        };
        let otherwise = || SyntaxError { mark, message: explain(error.info()) };
        self.indents.after(mark, reach).unwrap_or_else(otherwise)
    }
}

/// Whether there is anything but empty lists and mappings.
fn has_scalar(node: &Node) -> bool {
    match &node.value {
        Value::Sequence(items) => items.iter().any(has_scalar),
        Value::Mapping(entries) => !entries.is_empty(),
        _ => true,
    }
}

fn scalar_value(text: &str, style: ScalarStyle, tag: Option<&Tag>, old: bool) -> Value {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && old && tag.suffix != "str" => {
            yaml11::resolve(text)
        }
        Some(tag) if tag.is_yaml_core_schema() => scalar::resolve_tagged(text, &tag.suffix),
        // Tags of programs (`!reference`, `!Sub`) are unknown here; what they mark stays a text.
        Some(_) => Value::String(text.to_owned()),
        None if style == ScalarStyle::Plain && old => yaml11::resolve(text),
        None if style == ScalarStyle::Plain => scalar::resolve(text),
        None => Value::String(text.to_owned()),
    }
}

fn is_duplicate(name: &str, entries: &[Entry], seen: &mut HashSet<String>) -> bool {
    if entries.len() < MANY_KEYS {
        return entries.iter().any(|entry| entry.key == name);
    }
    if seen.is_empty() {
        seen.extend(entries.iter().map(|entry| entry.key.clone()));
    }
    !seen.insert(name.to_owned())
}

fn measure(node: &Node) -> Size {
    let own = std::mem::size_of::<Node>();
    match &node.value {
        Value::String(text) => Size { nodes: 1, bytes: own + text.len(), depth: 0 },
        Value::Sequence(items) => items
            .iter()
            .map(measure)
            .fold(Size { nodes: 1, bytes: own, depth: 1 }, |sum, item| sum.with(item)),
        Value::Mapping(entries) => {
            entries.iter().fold(Size { nodes: 1, bytes: own, depth: 1 }, |sum, entry| {
                let key = std::mem::size_of::<Entry>() - own + entry.key.len();
                let value = measure(&entry.value);
                sum.with(Size { bytes: value.bytes + key, ..value })
            })
        }
        _ => Size { nodes: 1, bytes: own, depth: 0 },
    }
}

impl Size {
    fn with(self, child: Size) -> Size {
        Size {
            nodes: self.nodes + child.nodes,
            bytes: self.bytes + child.bytes,
            depth: self.depth.max(child.depth + 1),
        }
    }
}

fn too_deep(mark: Mark) -> SyntaxError {
    SyntaxError {
        mark,
        message: format!("values stand in one another more than {MAX_DEPTH} deep: flatten them"),
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The parser's words with what to do about the mistakes people make most.
fn explain(info: &str) -> String {
    let advice = match info {
        "while parsing a block mapping, did not find expected key" => {
            "expected another key in the column of the keys above: check the indentation and the \
             quotes of the lines before"
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "expected another item beginning with `-` in the column of the items above"
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => {
            "close the mapping with `}`, or put a text that holds `{` in quotes"
        }
        "while parsing a flow sequence, expected ',' or ']'" => {
            "close the list with `]`, or put a text that begins with `[` in quotes"
        }
        "while parsing a node, did not find expected node content" => {
            "expected a value here: check the brackets and quotes before this place"
        }
        "mapping values are not allowed in this context" => {
            "put a text that holds `: ` in quotes, or check the indentation"
        }
        "simple key expected" | "simple key expect ':'" => {
            "expected `key: value`: check that a colon and a space follow the key, and the \
             indentation"
        }
        "while parsing node, found unknown anchor" => {
            "an alias `*name` needs an anchor `&name` before it; put a text that begins with `*` \
             in quotes"
        }
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            "close the quotes"
        }
        "while parsing a quoted scalar, found unknown escape character" => {
            "write a backslash in double quotes as `\\\\`, or use single quotes"
        }
        "recursion limit exceeded" => "too many `[` or `{` stand in one another: flatten them",
        STRAY_TEXT => {
            "this text does not belong to what stands before it: check the indentation, or begin \
             a new document with a line `---`"
        }
        _ if info.starts_with("unexpected character") => {
            "put a text that begins with this character in quotes"
        }
        "found unprintable character" => {
            "take the control character at this place out; the file may not be a text at all"
        }
        "while parsing a quoted scalar, found invalid Unicode character escape code" => {
            "an escape such as `\\ud83d` is half of a character: write the other half after it, or \
             the character itself"
        }
        _ if info.split(' ').any(|word| word.trim_end_matches('s') == "tab") => {
            "indent with spaces"
        }
        _ if info.contains("indent") => "check the indentation of this line",
        _ => return info.to_owned(),
    };
    format!("{info}; {advice}")
}
