//! Reads block tags.

use super::{Closing, Parser};
use crate::ast::{Applied, Arguments, Body, Expr, ExprKind, For, Macro, Node, SetValue, Switch};
use crate::error::{Fail, Res};
use crate::lexer::Token;
use crate::text::{Text, is_space};

/// Tags that only make sense inside another one.
const INNER: [&str; 14] = [
    "elif",
    "elseif",
    "else",
    "endif",
    "endfor",
    "endset",
    "endmacro",
    "endcall",
    "endfilter",
    "endswitch",
    "case",
    "default",
    "endblock",
    "endverbatim",
];

impl<'s> Parser<'s> {
    /// Reads the block tag `name` whose opening stands at `at`, with its body.
    pub(super) fn statement(
        &mut self,
        name: &'s str,
        at: u32,
        expected: &[&str],
    ) -> Res<Option<Node>> {
        self.advance()?;
        Ok(Some(match name {
            "if" => self.if_block(at)?,
            "for" => self.for_block(at)?,
            "set" => self.set(at)?,
            "macro" => self.macro_block(at)?,
            "call" => self.call_block(at)?,
            "filter" => self.filter_block(at)?,
            "switch" => self.switch(at)?,
            "block" => self.block(at)?,
            "raw" | "verbatim" => return self.raw(name, at),
            "include" | "import" | "from" | "extends" => {
                let message = format!("Unsupported template-loading tag {name:?}");
                return Err(Fail::at(at, message));
            }
            _ => return Err(misplaced(name, at, expected)),
        }))
    }

    fn if_block(&mut self, at: u32) -> Res<Node> {
        let condition = self.expression()?;
        self.close(true)?;
        let mut branches = Vec::new();
        let mut condition = Some(condition);
        loop {
            let until: &[&str] = match condition {
                Some(_) => &["elif", "elseif", "else", "endif"],
                None => &["endif"],
            };
            let (body, closing) = self.body(at, Some(("endif", until)))?;
            let Some(closing) = closing else { return Err(Fail::at(at, "Missing endif tag")) };
            let otherwise = match condition.take() {
                Some(condition) => {
                    branches.push((condition, body));
                    Body::new()
                }
                None => body,
            };
            match closing.name {
                "elif" | "elseif" => {
                    condition = Some(self.expression()?);
                    self.close(true)?;
                }
                "else" => self.close_bare(&closing)?,
                _ => {
                    self.close_bare(&closing)?;
                    return Ok(Node::If { branches, otherwise });
                }
            }
        }
    }

    fn for_block(&mut self, at: u32) -> Res<Node> {
        let targets = self.targets()?;
        if !self.eat_name("in")? {
            return Err(self.unexpected("\"in\" and what to loop over"));
        }
        if targets.len() == 1 && targets[0] == Text::from("loop") {
            return Err(Fail::at(at, "A loop's only variable cannot be named \"loop\""));
        }
        let items = self.expression()?;
        self.close(true)?;
        let loop_names = self.loop_names;
        let (body, closing) = self.body(at, Some(("endfor", &["else", "endfor"])))?;
        let mut otherwise = Body::new();
        if let Some(closing) = closing {
            self.close_bare(&closing)?;
            if closing.name == "else" {
                otherwise = self.body_until(at, "endfor")?;
            }
        }
        let names_loop = self.loop_names > loop_names;
        Ok(Node::For(Box::new(For { at, targets, items, body, otherwise, names_loop })))
    }

    fn set(&mut self, at: u32) -> Res<Node> {
        let targets = self.targets()?;
        let value = if self.eat_sign("=")? {
            let value = self.expression()?;
            self.close(true)?;
            SetValue::Expr(value)
        } else {
            self.close(true)?;
            SetValue::Body(self.captured(at, "endset")?)
        };
        Ok(Node::Set { targets, value })
    }

    /// Names between commas.
    fn targets(&mut self) -> Res<Vec<Text>> {
        let mut targets = Vec::new();
        loop {
            targets.push(self.binding()?.0);
            if !self.eat_sign(",")? {
                return Ok(targets);
            }
        }
    }

    /// A name that a value can be bound to.
    fn binding(&mut self) -> Res<(Text, u32)> {
        let (name, at) = self.expect_name()?;
        if ["true", "false", "none", "null"].contains(&name) {
            return Err(Fail::at(at, format!("{name:?} is a value and cannot be set")));
        }
        self.check_reserved(name, at)?;
        Ok((name.into(), at))
    }

    /// A body whose text becomes a value.
    fn captured(&mut self, at: u32, end: &'static str) -> Res<Body> {
        self.captures.push(at);
        let body = self.body_until(at, end)?;
        self.captures.pop();
        Ok(body)
    }

    fn macro_block(&mut self, at: u32) -> Res<Node> {
        if let Some(capture) = self.captures.last() {
            let message = "Macro declarations are not supported inside a set or filter block";
            return Err(Fail::at(*capture, message));
        }
        let (name, _) = self.binding()?;
        let (required, optional) = self.parameters()?;
        self.close(true)?;
        let body = self.body_until(at, "endmacro")?;
        Ok(Node::Macro(Box::new(Macro { name, required, optional, body })))
    }

    /// `(a, b=1)`.
    #[expect(clippy::type_complexity, reason = "required and optional parameters, used once")]
    fn parameters(&mut self) -> Res<(Vec<Text>, Vec<(Text, Expr)>)> {
        let (mut required, mut optional) = (Vec::new(), Vec::new());
        self.expect_sign("(")?;
        if !self.is_sign(")") {
            loop {
                let (name, _) = self.binding()?;
                if self.eat_sign("=")? {
                    optional.push((name, self.expression()?));
                } else {
                    required.push(name);
                }
                if !self.eat_sign(",")? {
                    break;
                }
            }
        }
        self.expect_sign(")")?;
        Ok((required, optional))
    }

    fn call_block(&mut self, at: u32) -> Res<Node> {
        let (required, optional) =
            if self.is_sign("(") { self.parameters()? } else { Default::default() };
        let call = self.primary()?;
        if !matches!(call.kind, ExprKind::Call(..)) {
            return Err(Fail::at(
                at,
                "A call block needs the call of a macro, as in `call name()`",
            ));
        }
        self.close(true)?;
        let body = self.body_until(at, "endcall")?;
        let caller = Macro { name: "caller".into(), required, optional, body };
        let depth = call.depth;
        let kind = ExprKind::CallBlock(Box::new(call), Box::new(caller));
        Ok(Node::Output { at, value: self.node(at, depth, kind)? })
    }

    fn filter_block(&mut self, at: u32) -> Res<Node> {
        let name_at = self.token.1;
        let name = self.filter_name()?;
        let arguments: Arguments = self.optional_arguments()?;
        self.close(true)?;
        let body = self.captured(at, "endfilter")?;
        let input = self.node(at, 0, ExprKind::Capture(body))?;
        let applied = Applied { input, name, at: name_at, arguments };
        Ok(Node::Output { at, value: self.node(at, 1, ExprKind::Filter(Box::new(applied)))? })
    }

    fn switch(&mut self, at: u32) -> Res<Node> {
        let subject = self.expression()?;
        self.close(true)?;
        let first: &[&str] = &["case", "default", "endswitch"];
        let (lead, mut closing) = self.body(at, Some(("endswitch", first)))?;
        if !lead.is_empty() || closing.as_ref().is_some_and(|tag| tag.name == "endswitch") {
            let message = "A switch must begin with case or default, without white space before it";
            return Err(Fail::at(at, message));
        }
        let (mut cases, mut default) = (Vec::new(), Body::new());
        while let Some(tag) = closing {
            match tag.name {
                "case" => {
                    let value = self.expression()?;
                    self.close(true)?;
                    let (body, next) = self.body(at, Some(("endswitch", first)))?;
                    cases.push((value, body));
                    closing = next;
                }
                "default" => {
                    self.close_bare(&tag)?;
                    let (body, next) = self.body(at, Some(("endswitch", &["endswitch"])))?;
                    default = body;
                    closing = next;
                }
                _ => {
                    self.close_bare(&tag)?;
                    closing = None;
                }
            }
        }
        Ok(Node::Switch(Box::new(Switch { subject, cases, default })))
    }

    fn block(&mut self, at: u32) -> Res<Node> {
        let (name, name_at) = self.expect_name()?;
        self.check_reserved(name, name_at)?;
        self.close(true)?;
        if self.blocks.contains(&name) {
            return Err(Fail::at(at, format!("Block {name:?} is declared more than once")));
        }
        self.blocks.push(name);
        let (body, closing) = self.body(at, Some(("endblock", &["endblock"])))?;
        if let Some(closing) = closing {
            if matches!(self.token.0, Token::Name(_)) && !self.eat_name(name)? {
                let message = format!("The name after endblock must be {name:?}, as at its block");
                return Err(Fail::at(closing.at, message));
            }
            self.close_bare(&closing)?;
        }
        Ok(Node::Block(body))
    }

    /// `raw` and `verbatim`: everything up to the matching end is text.
    fn raw(&mut self, name: &'s str, at: u32) -> Res<Option<Node>> {
        self.close_bare(&Closing { name, at })?;
        let mut start = self.position;
        if self.syntax.trim_blocks {
            let rest = &self.source[start..];
            start += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        }
        // The newline was for the raw text; a dash in the opening tag counts after the end.
        if self.trim == super::Trim::Newline {
            self.trim = super::Trim::Nothing;
        }
        let (mut level, mut from) = (1, self.position);
        while let Some(found) = self.source[from..].find("{%") {
            let open = from + found;
            from = open + 2;
            let word = self.source[from..].trim_start_matches(is_space);
            let (end, word) = match word.strip_prefix("end") {
                Some(word) => (true, word),
                None => (false, word),
            };
            let Some(close) = word.strip_prefix(name) else { continue };
            let close = close.trim_start_matches(is_space);
            if !close.starts_with("%}") {
                continue;
            }
            from = self.source.len() - close.len() + 2;
            if end && level == 1 && self.source[open..from].contains('\n') {
                let message = format!("{name} closing tag cannot contain a line break");
                return Err(Fail::at(super::super::lexer::offset(open), message));
            }
            level = if end { level - 1 } else { level + 1 };
            if level == 0 {
                self.position = from;
                let text = start..open.max(start);
                return Ok(if text.is_empty() { None } else { Some(Node::Text(text)) });
            }
        }
        Err(Fail::at(at, format!("Missing \"end{name}\" tag")))
    }

    /// A body up to one closing tag.
    fn body_until(&mut self, at: u32, end: &'static str) -> Res<Body> {
        let (body, closing) = self.body(at, Some((end, &[end])))?;
        if let Some(closing) = closing {
            self.close_bare(&closing)?;
        }
        Ok(body)
    }

    /// Ends a tag that is only a name.
    fn close_bare(&mut self, tag: &Closing<'_>) -> Res<()> {
        if !matches!(self.token.0, Token::End { .. }) {
            let message = format!("{} tag does not accept trailing content", tag.name);
            return Err(Fail::at(tag.at, message));
        }
        self.close(true)
    }
}

/// The failure of a tag that is unknown or stands in the wrong place.
fn misplaced(name: &str, at: u32, expected: &[&str]) -> Box<Fail> {
    if !INNER.contains(&name) {
        return Fail::at(at, format!("Unknown template tag {name:?}"));
    }
    let message = match expected {
        [] => format!("Unexpected {name:?} tag without a matching opening tag"),
        expected => format!("Unexpected {name:?} tag; expected {}", expected.join(" or ")),
    };
    Fail::at(at, message)
}
