//! Formats whose lines mean more than their words: YAML, INI, markup, diffs and others.

use super::languages::{Language, SHELL};
use super::lexer;
use super::{Kind, Tokens};

/// Lines with their end, so that nothing is lost.
fn each_line(code: &str) -> impl Iterator<Item = &str> {
    code.split_inclusive('\n')
}

/// A line's text and its end.
fn without_end(line: &str) -> (&str, &str) {
    let text = line.strip_suffix('\n').unwrap_or(line);
    line.split_at(text.len())
}

fn indent_of(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// Keys, texts, comments, anchors and blocks of text.
pub(super) fn yaml(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    // The column of the key whose block of text is going on.
    let mut block: Option<usize> = None;
    for line in each_line(code) {
        let (text, end) = without_end(line);
        if let Some(column) = block {
            if text.trim().is_empty() || indent_of(text) > column {
                tokens.push((Kind::Text, line));
                continue;
            }
            block = None;
        }
        let mut at = indent_of(text);
        while text[at..].starts_with("- ") {
            at += 2 + indent_of(&text[at + 2..]);
        }
        let (start, rest) = text.split_at(at);
        tokens.push((Kind::Plain, start));
        if rest.starts_with('#') {
            tokens.push((Kind::Comment, rest));
        } else if rest.starts_with("---") || rest.starts_with("...") || rest.starts_with('%') {
            tokens.push((Kind::Meta, rest));
        } else {
            let value = match key_length(rest) {
                Some(length) => {
                    tokens.push((Kind::Key, &rest[..length]));
                    &rest[length..]
                }
                None => rest,
            };
            yaml_value(value, &mut tokens);
            let (content, _) = split_comment(value);
            let indicator = content.trim_start_matches(':').trim().trim_end_matches(['+', '-']);
            let indicator = indicator.trim_end_matches(|c: char| c.is_ascii_digit());
            if matches!(indicator, "|" | ">") {
                block = Some(indent_of(text));
            }
        }
        tokens.push((Kind::Plain, end));
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// The length of a key before `:`, when there is one.
fn key_length(text: &str) -> Option<usize> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote)? + 2;
        return text[end..].starts_with(':').then_some(end);
    }
    if text.starts_with(['[', '{', '&', '*', '!', '|', '>']) {
        return None;
    }
    let ends = text.match_indices(':').map(|(at, _)| at);
    let mut ends = ends.filter(|at| matches!(text.as_bytes().get(at + 1), None | Some(b' ')));
    ends.next().filter(|at| *at > 0 && !text[..*at].contains(" #"))
}

/// A value and the comment behind it.
fn split_comment(text: &str) -> (&str, &str) {
    let quoted = text.trim_start_matches([':', ' ']).starts_with(['"', '\'']);
    let from = if quoted { text.rfind(['"', '\'']).unwrap_or(0) } else { 0 };
    text[from..].find(" #").map_or((text, ""), |at| text.split_at(from + at + 1))
}

fn yaml_value<'a>(text: &'a str, tokens: &mut Tokens<'a>) {
    let (value, comment) = split_comment(text);
    let start = value.len() - value.trim_start_matches([':', ' ']).len();
    let (before, value) = value.split_at(start);
    tokens.push((Kind::Plain, before));
    let (mut word, space) = value.split_at(value.trim_end().len());
    // `&name`, `*name` and `!tag` stand before the value itself.
    while word.starts_with(['&', '*', '!']) {
        let (sign, rest) = word.split_at(word.find(' ').unwrap_or(word.len()));
        let spaces = indent_of(rest);
        tokens.push((Kind::Meta, sign));
        tokens.push((Kind::Plain, &rest[..spaces]));
        word = &rest[spaces..];
    }
    let kind = if matches!(word, "true" | "false" | "null" | "~") {
        Kind::Constant
    } else if word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && word.trim_start_matches('-').parse::<f64>().is_ok()
    {
        Kind::Number
    } else if word.starts_with(['[', '{']) {
        Kind::Plain
    } else if word.starts_with(['|', '>']) {
        Kind::Meta
    } else {
        Kind::Text
    };
    tokens.push((kind, word));
    tokens.push((Kind::Plain, space));
    tokens.push((Kind::Comment, comment));
}

/// Sections, keys and values; values are read with the language's own texts and comments.
pub(super) fn ini<'a>(code: &'a str, language: &'static Language) -> Tokens<'a> {
    let mut tokens = Tokens::new();
    let mut rest = code;
    while !rest.is_empty() {
        let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
        let trimmed = line.trim();
        let start = line.len() - line.trim_start().len();
        let equals = line.find(['=', ':']).filter(|_| !trimmed.starts_with(['#', ';', '"', '[']));
        if trimmed.starts_with('[') && trimmed.ends_with(']') {
            let length = start + trimmed.len();
            tokens.push((Kind::Plain, &line[..start]));
            tokens.push((Kind::Heading, &line[start..length]));
            tokens.push((Kind::Plain, &line[length..]));
            rest = &rest[line.len()..];
        } else if let Some(equals) = equals.filter(|at| *at > start) {
            let key = line[start..equals].trim_end();
            tokens.push((Kind::Plain, &line[..start]));
            tokens.push((Kind::Key, key));
            // The value may go on over its line, so it is read as far as its texts go.
            let value = &rest[start + key.len()..];
            let length = value_length(value, language);
            tokens.extend(lexer::read(&value[..length], language));
            rest = &value[length..];
        } else {
            tokens.extend(lexer::read(line, language));
            rest = &rest[line.len()..];
        }
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// The rest of the line, or of a text over several lines that starts right here.
fn value_length(value: &str, language: &Language) -> usize {
    let start = value.len() - value.trim_start_matches(['=', ':', ' ']).len();
    let text = language.texts.iter().find(|text| value[start..].starts_with(text.open));
    let end = start + text.map_or(0, |text| text.length(&value[start..]));
    end + value[end..].find('\n').map_or(value.len() - end, |line| line + 1)
}

/// Elements, attributes, comments and entities.
pub(super) fn markup(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    let (mut at, mut plain) = (0, 0);
    while let Some(found) = code[at..].find(['<', '&']) {
        let start = at + found;
        let rest = &code[start..];
        let mut add = |kind: Kind, length: usize| {
            tokens.push((Kind::Plain, &code[plain..start]));
            tokens.push((kind, &rest[..length]));
            plain = start + length;
            plain
        };
        if rest.starts_with("<!--") {
            at = add(Kind::Comment, rest.find("-->").map_or(rest.len(), |end| end + 3));
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            at = add(Kind::Meta, rest.find('>').map_or(rest.len(), |end| end + 1));
        } else if rest.starts_with('&') {
            let end = rest.bytes().take(32).position(|b| b == b';');
            let is_entity = end.is_some_and(|end| {
                rest[1..end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') && end > 1
            });
            at = if is_entity { add(Kind::Meta, end.map_or(1, |end| end + 1)) } else { start + 1 };
        } else {
            let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
            let length = name.find(|c: char| !(c.is_alphanumeric() || "-_:.".contains(c)));
            let head = rest.len() - name.len() + length.unwrap_or(name.len());
            if !name.starts_with(|c: char| c.is_alphabetic()) {
                at = start + 1;
                continue;
            }
            let closed = rest[head..].starts_with('>');
            at = add(Kind::Element, head + usize::from(closed));
            if !closed {
                at += attributes(&code[at..], &mut tokens);
                plain = at;
            }
        }
    }
    tokens.push((Kind::Plain, &code[plain..]));
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// The attributes of an element up to and with its `>`; how long they are.
fn attributes<'a>(code: &'a str, tokens: &mut Tokens<'a>) -> usize {
    let mut at = 0;
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let is_name = |c: char| c.is_alphanumeric() || "-_:.@#*$".contains(c);
        let (kind, length) = match c {
            '<' => return at,
            '>' => {
                tokens.push((Kind::Element, &rest[..1]));
                return at + 1;
            }
            '"' | '\'' => (Kind::Text, rest[1..].find(c).map_or(rest.len(), |end| end + 2)),
            '/' if rest.starts_with("/>") => {
                tokens.push((Kind::Element, &rest[..2]));
                return at + 2;
            }
            c if is_name(c) => (Kind::Key, rest.find(|c| !is_name(c)).unwrap_or(rest.len())),
            c => (Kind::Plain, c.len_utf8()),
        };
        tokens.push((kind, &rest[..length]));
        at += length;
    }
    at
}

/// Instructions, and commands as in a shell.
pub(super) fn dockerfile(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    let mut goes_on = false;
    for line in each_line(code) {
        let start = line.len() - line.trim_start().len();
        let word =
            line[start..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(line.len() - start);
        if goes_on || word == 0 {
            tokens.extend(lexer::read(line, &SHELL));
        } else {
            tokens.push((Kind::Plain, &line[..start]));
            tokens.push((Kind::Keyword, &line[start..start + word]));
            let rest = &line[start + word..];
            // `FROM a AS b` has a second word of its own.
            let as_word = rest.find(" AS ").or_else(|| rest.find(" as "));
            match as_word.filter(|_| line[start..].to_ascii_lowercase().starts_with("from")) {
                Some(at) => {
                    tokens.push((Kind::Plain, &rest[..at + 1]));
                    tokens.push((Kind::Keyword, &rest[at + 1..at + 3]));
                    tokens.push((Kind::Plain, &rest[at + 3..]));
                }
                None => tokens.extend(lexer::read(rest, &SHELL)),
            }
        }
        goes_on =
            line.trim_end().ends_with('\\') || (goes_on && line.trim_start().starts_with('#'));
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// Targets, variables and recipes.
pub(super) fn makefile(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    for line in each_line(code) {
        let (text, end) = without_end(line);
        let (body, comment) = text.find('#').map_or((text, ""), |at| text.split_at(at));
        let assignment = body.find(['=', ':', '?', '+']).filter(|at| {
            let rest = body[*at..].trim_start_matches([':', '?', '+']);
            rest.starts_with('=') && !body.starts_with('\t')
        });
        let target = body.find(':').filter(|_| !body.starts_with(['\t', ' ']));
        let head = assignment.or(target).unwrap_or(0);
        let kind = if assignment.is_some() { Kind::Key } else { Kind::Function };
        let name = body[..head].trim_end();
        tokens.push((kind, name));
        variables(&body[name.len()..], &mut tokens);
        tokens.push((Kind::Comment, comment));
        tokens.push((Kind::Plain, end));
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// `$(name)`, `${name}` and `$@`.
fn variables<'a>(text: &'a str, tokens: &mut Tokens<'a>) {
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        let after = &rest[start + 1..];
        let length = match after.chars().next() {
            Some(open @ ('(' | '{')) => {
                let close = if open == '(' { ')' } else { '}' };
                // A name is short; what is longer is left alone.
                let end = after.char_indices().take(200).find(|(_, c)| *c == close);
                end.map_or(0, |(end, _)| end + 1)
            }
            Some(c) => c.len_utf8(),
            None => 0,
        };
        tokens.push((Kind::Plain, &rest[..start]));
        tokens.push((Kind::Variable, &rest[start..start + 1 + length]));
        rest = &rest[start + 1 + length..];
    }
    tokens.push((Kind::Plain, rest));
}

/// Lines that came and went.
pub(super) fn diff(code: &str) -> Tokens<'_> {
    let heads =
        ["diff ", "index ", "--- ", "+++ ", "new file", "deleted file", "rename ", "similarity "];
    by_line(code, |line| {
        if heads.iter().any(|head| line.starts_with(head)) {
            (Kind::Meta, line.len())
        } else if line.starts_with("@@") {
            (Kind::Heading, line.len())
        } else if line.starts_with('+') {
            (Kind::Inserted, line.len())
        } else if line.starts_with('-') {
            (Kind::Deleted, line.len())
        } else {
            (Kind::Plain, line.len())
        }
    })
}

/// A session: prompts with commands, and what they answered.
pub(super) fn console(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    for line in each_line(code) {
        let prompt =
            ["$ ", "# ", "% ", "> ", ">>> ", "... "].iter().find(|p| line.starts_with(**p));
        match prompt {
            Some(prompt) => {
                let (sign, command) = line.split_at(prompt.len() - 1);
                tokens.push((Kind::Meta, sign));
                tokens.extend(lexer::read(command, &SHELL));
            }
            None => tokens.push((Kind::Plain, line)),
        }
    }
    tokens
}

/// Headings, quotations, lists and code.
pub(super) fn markdown(code: &str) -> Tokens<'_> {
    let mut tokens = Tokens::new();
    for line in each_line(code) {
        let (text, end) = without_end(line);
        let trimmed = text.trim_start();
        let start = text.len() - trimmed.len();
        if trimmed.starts_with('#') || trimmed.starts_with("!!! ") || trimmed.starts_with("??? ") {
            tokens.push((Kind::Heading, text));
        } else if trimmed.starts_with('>') {
            tokens.push((Kind::Comment, text));
        } else if trimmed.starts_with("```") || trimmed.starts_with("~~~") || trimmed == "---" {
            tokens.push((Kind::Meta, text));
        } else {
            let is_item = ["- ", "* ", "+ "].iter().any(|sign| trimmed.starts_with(sign));
            let sign = start + usize::from(is_item);
            tokens.push((Kind::Plain, &text[..start]));
            tokens.push((Kind::Meta, &text[start..sign]));
            let mut parts = text[sign..].split('`').peekable();
            let mut at = sign;
            let mut inside = false;
            while let Some(part) = parts.next() {
                // Code goes from one sign to the next; a last one alone is text.
                let length = part.len();
                if inside && parts.peek().is_some() {
                    tokens.push((Kind::Text, &text[at - 1..at + length + 1]));
                    at += length + 1;
                    inside = false;
                    continue;
                }
                let from = if inside { at - 1 } else { at };
                tokens.push((Kind::Plain, &text[from..at + length]));
                at += length + 1;
                inside = true;
            }
        }
        tokens.push((Kind::Plain, end));
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}

/// A request or an answer: its first line, its headers, its body.
pub(super) fn http(code: &str) -> Tokens<'_> {
    let mut in_head = true;
    by_line(code, move |line| {
        let method = line.find(' ').filter(|end| {
            *end > 1 && line[..*end].chars().all(|c| c.is_ascii_uppercase() || "/.12".contains(c))
        });
        if line.trim().is_empty() {
            in_head = false;
        }
        match (in_head, method, line.find(':')) {
            (true, Some(end), _) => (Kind::Keyword, end),
            (true, None, Some(end)) => (Kind::Key, end),
            _ => (Kind::Plain, line.len()),
        }
    })
}

/// Marks the start of each line as `kind` says; the rest stays plain.
fn by_line<'a>(code: &'a str, mut kind: impl FnMut(&str) -> (Kind, usize)) -> Tokens<'a> {
    let mut tokens = Tokens::new();
    for line in each_line(code) {
        let (text, _) = without_end(line);
        let (kind, length) = kind(text);
        tokens.push((kind, &line[..length]));
        tokens.push((Kind::Plain, &line[length..]));
    }
    tokens.retain(|(_, text)| !text.is_empty());
    tokens
}
