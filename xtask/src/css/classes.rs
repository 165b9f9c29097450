//! Finds the class names the user interface uses, by one rule about names.
//!
//! **A string counts when it belongs to something named class**: an attribute or property
//! (`class="…"`, `class=move || …`, `class:name=…`, `row_class="…"`), a variable, constant or field
//! (`let class = …`, `const CARD_CLASS: &str = …`), or a function or macro (`fn class(self)`,
//! `class_list(…)`, `classes![…]`). The name is `class`, `classes` or `class_list`, or ends so after
//! an underscore.
//!
//! Inside of such a place every string literal is a list of class names, except where it is plainly
//! something else: compared with `==`, matched in a pattern, or handed to a question such as
//! `.contains("…")`. Names must stand there whole: a name put together from pieces
//! (`"badge-{kind}"`) cannot be checked and is an error.

use crate::rust::{Kind, Token, closing};

/// A class name and the line that uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassUse {
    pub name: String,
    pub line: usize,
}

/// Methods whose string argument is never a class name.
const QUESTIONS: [&str; 8] = [
    "contains",
    "starts_with",
    "ends_with",
    "strip_prefix",
    "strip_suffix",
    "expect",
    "get",
    "split",
];

/// Words after which an expression goes on, so that a new attribute cannot begin there.
const EXPRESSION_WORDS: [&str; 14] = [
    "move", "if", "else", "match", "as", "in", "let", "ref", "mut", "return", "await", "async",
    "for", "while",
];

/// All class names used in the tokens of one file.
pub fn used(source: &str, tokens: &[Token<'_>]) -> Vec<ClassUse> {
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        if !is_class_name(&tokens[index]) {
            continue;
        }
        if let Some(name) = directive(source, tokens, index) {
            found.push(ClassUse { name, line: tokens[index].line });
            continue;
        }
        if let Some(default) = prop_attribute(tokens, index) {
            collect(&tokens[default.0..default.1], &mut found);
        }
        if let Some((from, to)) = region(tokens, index) {
            collect(&tokens[from..to.min(tokens.len())], &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

fn is_class_name(token: &Token<'_>) -> bool {
    if token.kind != Kind::Ident {
        return false;
    }
    let name = token.text.to_ascii_lowercase();
    ["class", "classes", "class_list"].iter().any(|word| {
        name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    })
}

/// `class:name=…`, whose name may hold dashes and colons.
fn directive(source: &str, tokens: &[Token<'_>], index: usize) -> Option<String> {
    let class = tokens[index];
    let colon = tokens.get(index + 1)?;
    let name = tokens.get(index + 2)?;
    let glued = colon.is(':') && colon.start == class.end && name.start == colon.end;
    if class.text != "class" || !glued || name.is(':') {
        return None;
    }
    let text = &source[name.start..];
    let end = text.find(['=', ' ', '\n', '>', '/', ','])?;
    (text[end..].starts_with('=') && end > 0).then(|| text[..end].to_owned())
}

/// `#[prop(default = "…")]` right before a property's name: where its tokens begin and end.
fn prop_attribute(tokens: &[Token<'_>], index: usize) -> Option<(usize, usize)> {
    let close = index.checked_sub(1)?;
    if !tokens[close].is(']') {
        return None;
    }
    let open = (0..close).rev().find(|open| tokens[*open].is('#'))?;
    tokens.get(open + 2)?.is_ident("prop").then_some((open, close))
}

/// The tokens in which strings are class names, for the name at `index`.
fn region(tokens: &[Token<'_>], index: usize) -> Option<(usize, usize)> {
    let before = index.checked_sub(1).map(|before| tokens[before]);
    let is_before = |words: &[&str]| before.is_some_and(|token| words.contains(&token.text));
    let next = tokens.get(index + 1)?;
    let after = tokens.get(index + 2);
    if is_before(&["fn"]) {
        let open = (index..tokens.len()).find(|at| tokens[*at].is('{') || tokens[*at].is(';'))?;
        return tokens[open].is('{').then(|| (open, closing(tokens, open)));
    }
    if is_before(&["let", "mut", "const", "static"]) {
        return Some((index + 1, end_at(tokens, index + 1, &[';'])));
    }
    if next.is('=') && !after.is_some_and(|t| (t.is('=') || t.is('>')) && t.start == next.end) {
        return Some((index + 2, end_of_attribute(tokens, index + 2)));
    }
    if next.is(':') && !after.is_some_and(|t| t.is(':')) {
        return Some((index + 2, end_at(tokens, index + 2, &[',', ';'])));
    }
    let open = if next.is('!') { index + 2 } else { index + 1 };
    let bracket = tokens.get(open)?;
    let call = bracket.is('(') || (next.is('!') && (bracket.is('[') || bracket.is('{')));
    call.then(|| (open, closing(tokens, open)))
}

/// The first of the given punctuation outside of brackets, or the bracket that closes around.
fn end_at(tokens: &[Token<'_>], mut index: usize, ends: &[char]) -> usize {
    while let Some(token) = tokens.get(index) {
        if ends.iter().any(|end| token.is(*end)) || token.is(')') || token.is(']') || token.is('}')
        {
            return index;
        }
        index = next_outside(tokens, index);
    }
    tokens.len()
}

/// An attribute's value ends with its tag, with a statement, or where the next attribute begins:
/// at a word that follows something complete.
fn end_of_attribute(tokens: &[Token<'_>], from: usize) -> usize {
    let mut index = from;
    let mut complete = false;
    while let Some(token) = tokens.get(index) {
        let previous = index.checked_sub(1).map(|at| tokens[at]);
        let glued_to = |c: char| previous.is_some_and(|p| p.is(c) && p.end == token.start);
        let closes_tag = token.is('>') && !glued_to('=') && !glued_to('-');
        let closes_empty_tag = token.is('/') && tokens.get(index + 1).is_some_and(|t| t.is('>'));
        let outer = token.is(')') || token.is(']') || token.is('}');
        if closes_tag || closes_empty_tag || outer || token.is(';') || token.is(',') {
            return index;
        }
        let word = token.kind == Kind::Ident;
        let keyword = word && EXPRESSION_WORDS.contains(&token.text);
        if word && !keyword && complete {
            return index;
        }
        let opens = token.is('(') || token.is('[') || token.is('{');
        complete = opens || !(keyword || token.kind == Kind::Punct);
        index = next_outside(tokens, index);
    }
    tokens.len()
}

/// The next token on the same level: behind the closing bracket when this one opens.
fn next_outside(tokens: &[Token<'_>], index: usize) -> usize {
    let token = &tokens[index];
    if token.is('(') || token.is('[') || token.is('{') {
        closing(tokens, index) + 1
    } else {
        index + 1
    }
}

/// Adds the names in the string literals of a region.
fn collect(tokens: &[Token<'_>], found: &mut Vec<ClassUse>) {
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let question = token.kind == Kind::Ident
            && QUESTIONS.contains(&token.text)
            && index > 0
            && tokens[index - 1].is('.');
        let matches = token.is_ident("matches") && tokens.get(index + 1).is_some_and(|t| t.is('!'));
        if question || matches {
            let open = index + if matches { 2 } else { 1 };
            index = closing(tokens, open).max(index) + 1;
            continue;
        }
        if token.is_str() && !is_compared(tokens, index) && !is_pattern(tokens, index) {
            for (line, part) in (token.line..).zip(token.value().split('\n')) {
                for name in part.split_whitespace() {
                    if !is_placeholder(name) {
                        found.push(ClassUse { name: name.to_owned(), line });
                    }
                }
            }
        }
        index += 1;
    }
}

/// A whole name that is filled in, such as `{class}`: it is checked where it is written.
fn is_placeholder(name: &str) -> bool {
    name.starts_with('{') && name.find('}') == Some(name.len() - 1)
}

/// The piece of a name that is put together at run time, which nobody can check.
pub fn is_made_of_pieces(name: &str) -> bool {
    name.contains(['{', '}'])
}

fn is_compared(tokens: &[Token<'_>], index: usize) -> bool {
    let pair = |first: Option<&Token<'_>>, second: Option<&Token<'_>>| match (first, second) {
        (Some(first), Some(second)) => {
            (first.is('=') || first.is('!')) && second.is('=') && first.end == second.start
        }
        _ => false,
    };
    let at = |offset: usize| index.checked_sub(offset).and_then(|at| tokens.get(at));
    pair(at(2), at(1)) || pair(tokens.get(index + 1), tokens.get(index + 2))
}

/// `"a" | "b" if … =>`: the string is asked for, not used.
fn is_pattern(tokens: &[Token<'_>], index: usize) -> bool {
    let mut index = index + 1;
    while let Some(token) = tokens.get(index) {
        let next = tokens.get(index + 1);
        if token.is('=') {
            return next.is_some_and(|next| next.is('>') && next.start == token.end);
        }
        let guard = token.is_ident("if");
        let closes = token.is(')') || token.is(']');
        if guard {
            return !next.is_some_and(|next| next.is('{'));
        }
        let alternative = token.is('|') && next.is_some_and(|next| !next.is('|'));
        if !(closes || alternative || (token.is_str() && tokens[index - 1].is('|'))) {
            return false;
        }
        index += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust::tokens;

    fn names(source: &str) -> Vec<String> {
        let mut names: Vec<_> =
            used(source, &tokens(source).unwrap()).into_iter().map(|found| found.name).collect();
        names.sort();
        names
    }

    #[test]
    fn attributes_in_all_their_forms() {
        assert_eq!(
            names(r#"view!{ <a class="btn p-4" id="x" title="no">"no"</a> }"#),
            ["btn", "p-4"]
        );
        assert_eq!(names(r#"<a class:is-on=move || on.get() href="no"/>"#), ["is-on"]);
        assert_eq!(names(r#"<a class:md:flex=true/>"#), ["md:flex"]);
        assert_eq!(
            names(r#"<a class=move || if open.get() { "open" } else { "shut" } id="no">"#),
            ["open", "shut"]
        );
        assert_eq!(names(r#"<a class=("on", move || tab.get() == "no") title="no">"#), ["on"]);
        assert_eq!(names(r#"<Card header_class="head" title="no"/>"#), ["head"]);
        assert_eq!(names(r#"<a class=format!("card {}", kind.class()) title="no">"#), ["card"]);
    }

    #[test]
    fn names_that_say_class_elsewhere() {
        assert_eq!(names(r#"const CARD_CLASS: &str = "card p-2"; let x = "no";"#), ["card", "p-2"]);
        assert_eq!(
            names(r#"fn class(self) -> &'static str { match self { A => "a-on", B => "b-on" } }"#),
            ["a-on", "b-on"]
        );
        assert_eq!(
            names(r#"let class = if a > b { "x-1" } else { "x-2" }; f("no")"#),
            ["x-1", "x-2"]
        );
        assert_eq!(names(r#"Item { class: "item", label: "no" }"#), ["item"]);
        assert_eq!(
            names(r#"class_list(&["a-a", "b-b"]); classes!["c-c"]; f("no")"#),
            ["a-a", "b-b", "c-c"]
        );
        assert_eq!(names(r#"#[prop(default = "wide")] class: &'static str, x: "no""#), ["wide"]);
    }

    #[test]
    fn questions_are_no_class_names() {
        assert_eq!(
            names(
                r#"let class = match kind { "no" | "nope" => "yes-a", "never" if x => "yes-b", _ => "yes-c" };"#
            ),
            ["yes-a", "yes-b", "yes-c"]
        );
        assert_eq!(names(r#"let class = if list.contains("no") { "yes" } else { "" };"#), ["yes"]);
        assert_eq!(
            names(r#"let class = if matches!(kind, "no" | "nope") { "yes" } else { "" };"#),
            ["yes"]
        );
    }

    #[test]
    fn pieces_are_seen_and_whole_placeholders_are_not() {
        let found = names(r#"<a class=format!("{base} badge-{kind} {}", x)>"#);
        assert_eq!(found, ["badge-{kind}"]);
        assert!(is_made_of_pieces(&found[0]));
    }

    #[test]
    fn the_line_is_that_of_the_name() {
        let source = "x\n<a class=\"one\n two\">";
        let found = used(source, &tokens(source).unwrap());
        assert_eq!((found[0].line, found[1].line), (2, 3));
    }

    #[test]
    fn code_about_other_things_is_left_alone() {
        assert!(names(r#"let classification = "no"; subclass("no"); x.class == "no""#).is_empty());
    }
}
