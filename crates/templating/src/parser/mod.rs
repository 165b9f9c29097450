//! Reads a template: splits it into text and tags, and hands tags to the readers of statements and
//! expressions.

mod expression;
mod statement;

use std::ops::Range;

use crate::ast::{Body, Expr, ExprKind, Node};
use crate::deep;
use crate::error::{Fail, Located, Res};
use crate::lexer::{Lexer, Token, offset};
use crate::limits::{DEPTH, SOURCE_UNITS, SYNTAX_NODES};
use crate::text::{is_space, units_in};

/// How templates are written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Syntax {
    /// `{{ … }}` instead of `${{ … }}`.
    pub(crate) cookiecutter: bool,
    /// A newline right after a block tag goes.
    pub(crate) trim_blocks: bool,
    /// White space between the start of a line and a block tag goes.
    pub(crate) lstrip_blocks: bool,
}

/// Reads a whole template.
pub(crate) fn parse(source: &str, syntax: Syntax) -> Res<Body> {
    deep::run(|limit| parse_within(source, syntax, limit))
}

fn parse_within(source: &str, syntax: Syntax, limit: u16) -> Res<Body> {
    if source.len() > SOURCE_UNITS && units_in(source) > SOURCE_UNITS {
        return Err(Fail::limit(format!(
            "the template has more than {SOURCE_UNITS} characters; split it into several files"
        )));
    }
    let mut parser = Parser {
        source,
        syntax,
        position: 0,
        trim: Trim::Nothing,
        lexer: Lexer::new(source, 0, ""),
        token: (Token::End { trim: false }, 0),
        tag: 0,
        depth: 0,
        limit,
        nodes: 0,
        loop_names: 0,
        blocks: Vec::new(),
        captures: Vec::new(),
    };
    Ok(parser.body(0, None)?.0)
}

/// Names no template may use: with them JavaScript code could be reached, and templates written for
/// the reference must fail here in the same place.
const RESERVED: [&str; 3] = ["constructor", "prototype", "__proto__"];

/// The state of reading.
struct Parser<'s> {
    source: &'s str,
    syntax: Syntax,
    /// Where the next text begins.
    position: usize,
    /// What goes from the beginning of the next text.
    trim: Trim,
    lexer: Lexer<'s>,
    /// The current word of the tag being read, and where it stands.
    token: (Token<'s>, u32),
    /// Where the tag being read begins.
    tag: u32,
    depth: u16,
    /// How deep nesting may go this time.
    limit: u16,
    nodes: u32,
    /// How often the name `loop` has come by.
    loop_names: u32,
    /// Names of blocks so far.
    blocks: Vec<&'s str>,
    /// Where the blocks stand whose text is being captured here.
    captures: Vec<u32>,
}

/// What goes from the beginning of a text.
#[derive(Clone, Copy, PartialEq)]
enum Trim {
    Nothing,
    Newline,
    Space,
}

/// What follows a text.
enum Opening {
    Variable,
    Block,
    Comment,
    End,
}

/// The tag a body ended at.
struct Closing<'s> {
    name: &'s str,
    at: u32,
}

impl<'s> Parser<'s> {
    /// Reads nodes up to one of the tags `until` names, or to the end of the source without it.
    /// The closing tag's name is read, the rest of it not.
    fn body(
        &mut self,
        opened_at: u32,
        until: Option<(&str, &[&str])>,
    ) -> Res<(Body, Option<Closing<'s>>)> {
        self.enter(opened_at, 2)?;
        let mut body = Body::new();
        loop {
            let (text, opening, at) = self.text()?;
            if !text.is_empty() {
                self.count(at)?;
                body.push(Node::Text(text));
            }
            self.tag = at;
            match opening {
                Opening::Comment => {}
                Opening::Variable => {
                    self.open(at)?;
                    self.count(at)?;
                    let value = self.expression()?;
                    self.close(false)?;
                    body.push(Node::Output { at, value });
                }
                Opening::Block => {
                    self.open(at)?;
                    let Token::Name(name) = self.token.0 else {
                        return Err(Fail::at(at, "Template block tag cannot be empty"));
                    };
                    if let Some((_, expected)) = until
                        && expected.contains(&name)
                    {
                        self.leave(2);
                        self.advance()?;
                        return Ok((body, Some(Closing { name, at })));
                    }
                    self.count(at)?;
                    let expected = until.map_or(&[][..], |(_, expected)| expected);
                    if let Some(node) = self.statement(name, at, expected)? {
                        body.push(node);
                    }
                }
                Opening::End => {
                    self.leave(2);
                    return match until {
                        Some((missing, _)) => {
                            Err(Fail::at(opened_at, format!("Missing {missing} tag")))
                        }
                        None => Ok((body, None)),
                    };
                }
            }
        }
    }

    /// Reads text up to the next tag, whose opening is consumed.
    fn text(&mut self) -> Res<(Range<usize>, Opening, u32)> {
        let start = self.position;
        let (end, opening) = self.find_opening(start)?;
        let width = match opening {
            Opening::Variable if !self.syntax.cookiecutter => 3,
            Opening::End => 0,
            _ => 2,
        };
        let mut inside = end + width;
        let dash = width > 0 && self.source[inside..].starts_with('-');
        let text = &self.source[start..end];
        let begin = start
            + match self.trim {
                Trim::Nothing => 0,
                Trim::Newline if text.starts_with('\n') => 1,
                Trim::Newline if text.starts_with("\r\n") => 2,
                Trim::Newline => 0,
                Trim::Space => text.len() - text.trim_start_matches(is_space).len(),
            };
        let mut text = &self.source[begin..end];
        if dash {
            inside += 1;
            text = text.trim_end_matches(is_space);
        } else if self.syntax.lstrip_blocks && matches!(opening, Opening::Block) {
            let stripped = text.trim_end_matches(|c| c != '\n' && is_space(c));
            let line_start = stripped.ends_with('\n')
                || (stripped.is_empty() && (begin == 0 || self.source[..begin].ends_with('\n')));
            if line_start {
                text = stripped;
            }
        }
        self.trim = Trim::Nothing;
        self.position = inside;
        if matches!(opening, Opening::Comment) {
            self.comment(end, inside)?;
        }
        Ok((begin..begin + text.len(), opening, offset(end)))
    }

    /// Where the next tag begins.
    fn find_opening(&self, start: usize) -> Res<(usize, Opening)> {
        let bytes = self.source.as_bytes();
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            let next = bytes.get(at + 1);
            match (byte, next) {
                (b'{', Some(b'%')) => return Ok((at, Opening::Block)),
                (b'{', Some(b'#')) => return Ok((at, Opening::Comment)),
                (b'{', Some(b'{')) if self.syntax.cookiecutter => {
                    return Ok((at, Opening::Variable));
                }
                (b'$', Some(b'{'))
                    if !self.syntax.cookiecutter && bytes.get(at + 2) == Some(&b'{') =>
                {
                    return Ok((at, Opening::Variable));
                }
                (b'#', Some(b'}')) => {
                    return Err(Fail::at(
                        offset(at),
                        "Unexpected end of comment: `#}` stands where no comment was begun by `{#`",
                    ));
                }
                _ => {}
            }
        }
        Ok((self.source.len(), Opening::End))
    }

    fn comment(&mut self, at: usize, inside: usize) -> Res<()> {
        let Some(len) = self.source[inside..].find("#}") else {
            return Err(Fail::at(offset(at), "Unterminated comment tag"));
        };
        if self.source[inside..inside + len].ends_with('-') {
            self.trim = Trim::Space;
        }
        self.position = inside + len + 2;
        Ok(())
    }

    /// Begins to read the words of the tag that was opened at `at`.
    fn open(&mut self, at: u32) -> Res<()> {
        let end = match self.source.as_bytes().get(at as usize + 1) {
            Some(b'%') => "%}",
            _ => "}}",
        };
        self.lexer = Lexer::new(self.source, self.position, end);
        self.advance()
    }

    /// Ends the tag, which must be at its end.
    fn close(&mut self, block: bool) -> Res<()> {
        let Token::End { trim } = self.token.0 else {
            return Err(self.unexpected("the end of the tag"));
        };
        self.position = self.lexer.position;
        self.trim = match (trim, block && self.syntax.trim_blocks) {
            (true, _) => Trim::Space,
            (false, true) => Trim::Newline,
            (false, false) => Trim::Nothing,
        };
        Ok(())
    }

    /// Goes to the next word of the tag.
    fn advance(&mut self) -> Res<()> {
        let next = self.lexer.next()?;
        self.accept(next)
    }

    /// Goes to the property name after a dot.
    fn advance_to_property(&mut self) -> Res<()> {
        let next = self.lexer.next_property()?;
        self.accept(next)
    }

    fn accept(&mut self, next: Option<(Token<'s>, u32)>) -> Res<()> {
        self.token = next.ok_or_else(|| {
            let variable = self.source.as_bytes().get(self.tag as usize + 1) != Some(&b'%');
            let kind = if variable { "variable" } else { "block" };
            Fail::at(self.tag, format!("Unterminated {kind} tag"))
        })?;
        Ok(())
    }

    /// Whether the current word is this sign.
    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token.0, Token::Sign(found) if found == sign)
    }

    /// Whether the current word is this keyword.
    fn is_name(&self, name: &str) -> bool {
        matches!(self.token.0, Token::Name(found) if found == name)
    }

    /// Goes past the current word if it is this sign.
    fn eat_sign(&mut self, sign: &str) -> Res<bool> {
        let found = self.is_sign(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Goes past the current word if it is this keyword.
    fn eat_name(&mut self, name: &str) -> Res<bool> {
        let found = self.is_name(name);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Goes past this sign, which must stand here.
    fn expect_sign(&mut self, sign: &str) -> Res<()> {
        if self.eat_sign(sign)? { Ok(()) } else { Err(self.unexpected(&format!("{sign:?}"))) }
    }

    /// Goes past a name, which must stand here.
    fn expect_name(&mut self) -> Res<(&'s str, u32)> {
        let Token::Name(name) = self.token.0 else { return Err(self.unexpected("a name")) };
        let at = self.token.1;
        self.advance()?;
        Ok((name, at))
    }

    /// The failure of finding something else than `expected`.
    fn unexpected(&self, expected: &str) -> Box<Fail> {
        Fail::at(self.token.1, format!("Expected {expected}, found {}", self.token.0.describe()))
    }

    /// Refuses the names that no template may use.
    fn check_reserved(&self, name: &str, at: u32) -> Res<()> {
        if RESERVED.contains(&name) {
            return Err(Fail::at(at, format!("Template name {name:?} is reserved")));
        }
        Ok(())
    }

    /// Counts a syntax node.
    fn count(&mut self, at: u32) -> Res<()> {
        self.nodes += 1;
        if self.nodes > SYNTAX_NODES {
            let message = format!("the template has more than {SYNTAX_NODES} syntax nodes");
            return Err(Fail::limit(message)).located(at);
        }
        Ok(())
    }

    /// Makes an expression above parts of which the deepest has `depth` levels.
    fn node(&mut self, at: u32, depth: u16, kind: ExprKind) -> Res<Expr> {
        self.count(at)?;
        if depth >= DEPTH {
            return Err(deep::too_deep()).located(at);
        }
        Ok(Expr { at, depth: depth + 1, kind })
    }

    /// Goes `levels` deeper into nested syntax.
    fn enter(&mut self, at: u32, levels: u16) -> Res<()> {
        self.depth += levels;
        if self.depth > self.limit { Err(deep::too_deep()).located(at) } else { Ok(()) }
    }

    /// Comes back from [`Parser::enter`].
    fn leave(&mut self, levels: u16) {
        self.depth -= levels;
    }
}
