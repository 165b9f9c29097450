//! Texts cut into documents, so that nothing in one of them reaches the next.
//!
//! A line that begins with `---` or `...` ends a document whatever it stands in, an open bracket or
//! quote too. The parser sees one document at a time: a broken one costs no more than its own
//! length, and the ones after it are read as if it were good.

/// A part of a text with one document at most.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Its text, `---` at the start included.
    pub(crate) text: &'a str,
    /// How many lines stand before it.
    pub(crate) lines_before: u32,
}

/// Cuts a text into parts. Directives belong to the document after them.
pub(crate) fn split(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut lines = Lines { bytes: text.as_bytes(), next: 0 };
    let mut line = 0_u32;
    let mut part = Some(Start { offset: 0, line: 0, only_directives: true });
    std::iter::from_fn(move || {
        loop {
            let start = part.as_mut()?;
            let Some((from, to)) = lines.next() else {
                let Start { offset, line, .. } = *start;
                part = None;
                return Some(Part { text: &text[offset..], lines_before: line });
            };
            line = line.saturating_add(1);
            let (marker, next) = match content(line_of(text, from, to)) {
                Content::Start if start.only_directives => {
                    start.only_directives = false;
                    continue;
                }
                Content::Start => {
                    (from, Start { offset: from, line: line - 1, only_directives: false })
                }
                // The marker ends the document and is of no use for it.
                Content::End => (from, Start { offset: to, line, only_directives: true }),
                Content::Nothing => continue,
                Content::Text => {
                    start.only_directives = false;
                    continue;
                }
            };
            let found = Part { text: &text[start.offset..marker], lines_before: start.line };
            part = Some(next);
            return Some(found);
        }
    })
}

/// Where a part starts, and whether nothing but directives and comments has come yet.
struct Start {
    offset: usize,
    line: u32,
    only_directives: bool,
}

/// Lines by their offsets, line breaks included. A carriage return alone breaks lines too.
struct Lines<'a> {
    bytes: &'a [u8],
    next: usize,
}

impl Iterator for Lines<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let from = self.next;
        let rest = self.bytes.get(from..).filter(|rest| !rest.is_empty())?;
        let length = match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) if rest[end..].starts_with(b"\r\n") => end + 2,
            Some(end) => end + 1,
            None => rest.len(),
        };
        self.next = from + length;
        Some((from, self.next))
    }
}

/// A line; the byte order mark of the whole text is not part of it.
fn line_of(text: &str, from: usize, to: usize) -> &[u8] {
    let line = &text.as_bytes()[from..to];
    match from {
        0 => line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line),
        _ => line,
    }
}

/// What a line means for the cutting.
enum Content {
    /// `---`
    Start,
    /// `...`
    End,
    /// A directive, a comment or white space.
    Nothing,
    /// Anything else.
    Text,
}

fn content(line: &[u8]) -> Content {
    let marked = line.get(3).is_none_or(u8::is_ascii_whitespace);
    match line {
        [b'-', b'-', b'-', ..] if marked => Content::Start,
        [b'.', b'.', b'.', ..] if marked => Content::End,
        [b'%', ..] => Content::Nothing,
        _ => match line.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None | Some(b'#') => Content::Nothing,
            Some(_) => Content::Text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u32, &str)]) {
        let found: Vec<_> = split(text).map(|part| (part.lines_before, part.text)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn documents_end_at_markers_at_the_start_of_a_line() {
        check("", &[(0, "")]);
        check("a\nb", &[(0, "a\nb")]);
        check("a\n---\nb\n--- c\n", &[(0, "a\n"), (1, "---\nb\n"), (3, "--- c\n")]);
        check("---\na\n---", &[(0, "---\na\n"), (2, "---")]);
        check("a\n...\nb\n", &[(0, "a\n"), (2, "b\n")]);
        check("a\r\n---\r\nb\r---\rc", &[(0, "a\r\n"), (1, "---\r\nb\r"), (3, "---\rc")]);
        check("\u{FEFF}---\na\n", &[(0, "\u{FEFF}---\na\n")]);
        check("---a\n ---\n----\n...b\n", &[(0, "---a\n ---\n----\n...b\n")]);
    }

    #[test]
    fn directives_and_comments_belong_to_the_document_after_them() {
        check("%YAML 1.2\n# c\n\n---\na\n", &[(0, "%YAML 1.2\n# c\n\n---\na\n")]);
        check("a\n...\n%TAG ! x\n---\nb\n", &[(0, "a\n"), (2, "%TAG ! x\n---\nb\n")]);
        check("a\n%b\n---\nc\n", &[(0, "a\n%b\n"), (2, "---\nc\n")]);
    }
}
