//! Reads the expressions of templates into a tree.
//!
//! The reference turns a template into JavaScript text, so operators end up with JavaScript's
//! precedence, whatever order the grammar read them in: `not a == b` compares `not a` with `b`, and
//! `'a' + 5 - 3` is no number. Templates depend on it, so the same trees are built here. Only `//`
//! and `**`, which JavaScript writes as function calls, keep their operands together.

use std::sync::Arc;

use super::Parser;
use crate::ast::{Applied, Arguments, Expr, ExprKind, Op};
use crate::error::{Fail, Located, Res};
use crate::lexer::Token;
use crate::pattern::Pattern;
use crate::text::Text;

/// An operator of the flat list a calculation is read into.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Op(Op),
    Floor,
}

impl Parser<'_> {
    /// `value if condition else otherwise`, or what stands before `if`.
    pub(super) fn expression(&mut self) -> Res<Expr> {
        let value = self.either()?;
        if !self.eat_name("if")? {
            return Ok(value);
        }
        let condition = self.either()?;
        let otherwise = if self.eat_name("else")? { Some(self.either()?) } else { None };
        let depth = depth_of([&value, &condition].into_iter().chain(&otherwise));
        self.node(value.at, depth, ExprKind::If(Box::new((value, condition, otherwise))))
    }

    /// `or` and `and`.
    fn either(&mut self) -> Res<Expr> {
        let mut either = Vec::new();
        loop {
            let mut all = Vec::new();
            loop {
                all.push(self.negation()?);
                if !self.eat_name("and")? {
                    break;
                }
            }
            either.push(self.several(all, ExprKind::And)?);
            if !self.eat_name("or")? {
                break;
            }
        }
        self.several(either, ExprKind::Or)
    }

    /// One expression as it is, several joined by `kind`.
    fn several(&mut self, mut items: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind) -> Res<Expr> {
        match items.pop() {
            Some(only) if items.is_empty() => Ok(only),
            last => {
                items.extend(last);
                let (at, depth) = (items.first().map_or(0, |item| item.at), depth_of(&items));
                self.node(at, depth, kind(items))
            }
        }
    }

    fn negation(&mut self) -> Res<Expr> {
        let mut count = 0_u32;
        while self.is_name("not") {
            self.count(self.token.1)?;
            self.advance()?;
            count += 1;
        }
        let mut expr = self.membership()?;
        // Beyond the second every pair of them cancels out.
        for _ in 0..(if count > 2 { 2 - count % 2 } else { count }) {
            expr = self.negate(expr)?;
        }
        Ok(expr)
    }

    /// `not` binds tighter than any operator, so it goes to the first operand.
    fn negate(&mut self, expr: Expr) -> Res<Expr> {
        let Expr { at, depth, kind } = expr;
        match kind {
            ExprKind::Chain(first, rest)
                if rest.first().is_some_and(|(op, _)| *op != Op::Power) =>
            {
                let first = self.negate(*first)?;
                let depth = depth.max(first.depth);
                self.node(at, depth, ExprKind::Chain(Box::new(first), rest))
            }
            kind => {
                let inner = Expr { at, depth, kind };
                self.node(at, depth, ExprKind::Not(Box::new(inner)))
            }
        }
    }

    /// `in` and `not in`.
    fn membership(&mut self) -> Res<Expr> {
        let mut left = self.test()?;
        loop {
            let negated = self.is_name("not");
            if negated {
                self.advance()?;
                if !self.is_name("in") {
                    return Err(self.unexpected("\"in\""));
                }
            }
            if !self.eat_name("in")? {
                return Ok(left);
            }
            let right = self.test()?;
            let (at, depth) = (left.at, left.depth.max(right.depth));
            left = self.node(at, depth, ExprKind::In(Box::new(left), Box::new(right)))?;
            if negated {
                left = self.node(at, depth + 1, ExprKind::Not(Box::new(left)))?;
            }
        }
    }

    /// `is` and `is not`.
    fn test(&mut self) -> Res<Expr> {
        let input = self.comparison()?;
        if !self.eat_name("is")? {
            return Ok(input);
        }
        let negated = self.eat_name("not")?;
        let mut at = self.token.1;
        let right = self.comparison()?;
        // What is neither a name nor a call of one names the test `undefined` in the reference.
        let mut arguments = Arguments::default();
        let name = match right.kind {
            ExprKind::Name(name) => name.to_str().into_owned(),
            ExprKind::Text(text) => text.to_str().into_owned(),
            ExprKind::Null => "null".to_owned(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Number(number) => crate::number::to_text(number),
            ExprKind::Call(callee, given) => {
                arguments = *given;
                match callee.kind {
                    ExprKind::Name(name) => name.to_str().into_owned(),
                    _ => "undefined".to_owned(),
                }
            }
            // A filter after a test takes the test's place, with the test as its argument.
            ExprKind::Filter(applied) => {
                arguments = applied.arguments;
                arguments.positional.insert(0, applied.input);
                at = applied.at;
                applied.name
            }
            _ => "undefined".to_owned(),
        };
        let (outer, depth) = (input.at, input.depth.max(right.depth));
        let applied = Applied { input, name, at, arguments };
        let test = self.node(outer, depth, ExprKind::Test(Box::new(applied)))?;
        if negated { self.node(outer, depth + 1, ExprKind::Not(Box::new(test))) } else { Ok(test) }
    }

    fn comparison(&mut self) -> Res<Expr> {
        let first = self.calculation()?;
        let mut rest = Vec::new();
        while let Token::Sign(sign) = self.token.0 {
            let op = match sign {
                "<" => Op::Less,
                "<=" => Op::LessOrEqual,
                ">" => Op::Greater,
                ">=" => Op::GreaterOrEqual,
                "==" => Op::Equal,
                "!=" => Op::NotEqual,
                "===" => Op::StrictEqual,
                "!==" => Op::StrictNotEqual,
                _ => break,
            };
            self.advance()?;
            rest.push((op, self.calculation()?));
        }
        self.chain(first, rest, 0)
    }

    /// `~ + - * / // % **`.
    fn calculation(&mut self) -> Res<Expr> {
        let first = self.unary(true)?;
        let mut rest = Vec::new();
        while let Token::Sign(sign) = self.token.0 {
            let sign = match sign {
                "~" => Sign::Op(Op::Join),
                "+" => Sign::Op(Op::Add),
                "-" => Sign::Op(Op::Subtract),
                "*" => Sign::Op(Op::Multiply),
                "/" => Sign::Op(Op::Divide),
                "%" => Sign::Op(Op::Remainder),
                "**" => Sign::Op(Op::Power),
                "//" => Sign::Floor,
                _ => break,
            };
            self.advance()?;
            rest.push((sign, self.unary(true)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let (first, rest) = self.powers(first, rest)?;
        let (first, rest) = self.floors(first, rest)?;
        self.chain(first, rest, 2)
    }

    /// Joins operands around `**`.
    fn powers(&mut self, first: Expr, rest: Vec<(Sign, Expr)>) -> Res<(Expr, Vec<(Sign, Expr)>)> {
        let op = |sign| if sign == Sign::Op(Op::Power) { Some(Op::Power) } else { None };
        let mut runs = runs(first, rest, op).into_iter();
        let first = runs.next().ok_or_else(|| self.unexpected("an operand"))?;
        let first = self.join(first.first, first.rest)?;
        let mut rest = Vec::with_capacity(runs.len());
        for run in runs {
            rest.push((run.before.unwrap_or(Sign::Floor), self.join(run.first, run.rest)?));
        }
        Ok((first, rest))
    }

    /// Joins operands around `//`, each of which may be a chain of `%`.
    fn floors(&mut self, first: Expr, rest: Vec<(Sign, Expr)>) -> Res<(Expr, Vec<(Op, Expr)>)> {
        let op = |sign| if sign == Sign::Op(Op::Remainder) { Some(Op::Remainder) } else { None };
        let mut out: Vec<Run<Sign>> = Vec::new();
        for run in runs(first, rest, op) {
            match (run.before, out.pop()) {
                (Some(Sign::Floor), Some(mut left)) => {
                    // In JavaScript this is `floor(a % b / c % d)`, read from the left.
                    left.rest.push((Op::Divide, run.first));
                    left.rest.extend(run.rest);
                    let division = self.join(left.first, left.rest)?;
                    let (at, depth) = (division.at, division.depth);
                    let first = self.node(at, depth, ExprKind::Floor(Box::new(division)))?;
                    out.push(Run { before: left.before, first, rest: Vec::new() });
                }
                (_, left) => {
                    out.extend(left);
                    out.push(run);
                }
            }
        }
        let mut out = out.into_iter();
        let first = out.next().ok_or_else(|| self.unexpected("an operand"))?;
        let mut rest = first.rest;
        for run in out {
            if let Some(Sign::Op(op)) = run.before {
                rest.push((op, run.first));
            }
            rest.extend(run.rest);
        }
        Ok((first.first, rest))
    }

    /// Builds the tree of a flat list whose operators bind with `precedence` or the next one.
    fn chain(&mut self, first: Expr, rest: Vec<(Op, Expr)>, precedence: u8) -> Res<Expr> {
        let op = |op: Op| if op.precedence() > precedence { Some(op) } else { None };
        let mut runs = runs(first, rest, op).into_iter();
        let first = runs.next().ok_or_else(|| self.unexpected("an operand"))?;
        let first = self.join(first.first, first.rest)?;
        let mut rest = Vec::with_capacity(runs.len());
        for run in runs {
            if let Some(op) = run.before {
                rest.push((op, self.join(run.first, run.rest)?));
            }
        }
        self.join(first, rest)
    }

    fn join(&mut self, first: Expr, rest: Vec<(Op, Expr)>) -> Res<Expr> {
        if rest.is_empty() {
            return Ok(first);
        }
        let depth = depth_of(rest.iter().map(|(_, operand)| operand)).max(first.depth);
        self.node(first.at, depth, ExprKind::Chain(Box::new(first), rest))
    }

    /// A sign, then a value with its filters.
    fn unary(&mut self, filters: bool) -> Res<Expr> {
        let at = self.token.1;
        let expr = if self.is_sign("-") || self.is_sign("+") {
            let negative = self.is_sign("-");
            self.advance()?;
            self.enter(at, 1)?;
            let inner = self.unary(false)?;
            self.leave(1);
            let repeated = match inner.kind {
                ExprKind::Negative(_) => negative,
                ExprKind::Positive(_) => !negative,
                _ => false,
            };
            if repeated {
                return Err(Fail::at(inner.at, "A sign cannot be repeated; use parentheses"));
            }
            let depth = inner.depth;
            let kind = if negative { ExprKind::Negative } else { ExprKind::Positive };
            self.node(at, depth, kind(Box::new(inner)))?
        } else {
            self.primary()?
        };
        if filters { self.filters(expr) } else { Ok(expr) }
    }

    /// `| name(…)`, any number of times.
    fn filters(&mut self, mut expr: Expr) -> Res<Expr> {
        while self.eat_sign("|")? {
            let at = self.token.1;
            let name = self.filter_name()?;
            let arguments = self.optional_arguments()?;
            let depth = expr.depth.max(arguments.depth());
            let applied = Applied { input: expr, name, at, arguments };
            expr = self.node(applied.input.at, depth, ExprKind::Filter(Box::new(applied)))?;
        }
        Ok(expr)
    }

    /// A filter's name, which may have dots.
    pub(super) fn filter_name(&mut self) -> Res<String> {
        let mut name = self.expect_name()?.0.to_owned();
        while self.is_sign(".") {
            self.advance_to_property()?;
            name.push('.');
            name.push_str(self.expect_name()?.0);
        }
        Ok(name)
    }

    /// `(…)` if it stands here.
    pub(super) fn optional_arguments(&mut self) -> Res<Arguments> {
        if self.is_sign("(") { self.arguments() } else { Ok(Arguments::default()) }
    }

    /// A value and what is taken from it: calls, properties, indices.
    pub(super) fn primary(&mut self) -> Res<Expr> {
        let mut expr = self.atom()?;
        loop {
            let at = self.token.1;
            if self.is_sign("(") {
                let arguments = self.arguments()?;
                let (at, depth) = (expr.at, expr.depth.max(arguments.depth()));
                let call = ExprKind::Call(Box::new(expr), Box::new(arguments));
                expr = self.node(at, depth, call)?;
            } else if self.is_sign("[") {
                expr = self.subscript(expr, at)?;
            } else if self.is_sign(".") {
                self.advance_to_property()?;
                let (name, at) = self.expect_name()?;
                self.check_reserved(name, at)?;
                let depth = expr.depth;
                expr = self.node(at, depth, ExprKind::Member(Box::new(expr), name.into()))?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn atom(&mut self) -> Res<Expr> {
        let (token, at) = self.token.clone();
        let kind = match token {
            Token::Sign("(") => return self.group(at),
            Token::Sign("[") => return self.list(at),
            Token::Sign("{") => return self.record(at),
            Token::Text(text) => ExprKind::Text(text.into()),
            Token::Number(number) => ExprKind::Number(number),
            Token::Pattern(body, flags) => {
                let pattern = Pattern::new(body, flags);
                ExprKind::Pattern(Arc::new(pattern.map_err(|message| Fail::at(at, message))?))
            }
            Token::Name("true") => ExprKind::Bool(true),
            Token::Name("false") => ExprKind::Bool(false),
            Token::Name("none" | "null") => ExprKind::Null,
            Token::Name(name) => {
                self.check_reserved(name, at)?;
                self.loop_names += u32::from(name == "loop");
                ExprKind::Name(name.into())
            }
            Token::End { .. } => {
                return Err(Fail::at(at, "Expected an expression, found the end of the tag"));
            }
            Token::Sign(_) => return Err(self.unexpected("an expression")),
        };
        self.advance()?;
        self.node(at, 0, kind)
    }

    fn group(&mut self, at: u32) -> Res<Expr> {
        let items = self.items(at, ")")?;
        if items.is_empty() {
            return Err(Fail::at(at, "Parentheses cannot be empty; put an expression inside"));
        }
        let depth = depth_of(&items);
        self.node(at, depth, ExprKind::Group(items))
    }

    fn list(&mut self, at: u32) -> Res<Expr> {
        let items = self.items(at, "]")?;
        let depth = depth_of(&items);
        self.node(at, depth, ExprKind::List(items))
    }

    /// Expressions between commas up to `close`; the opening bracket is the current word.
    fn items(&mut self, at: u32, close: &str) -> Res<Vec<Expr>> {
        self.advance()?;
        self.enter(at, 2)?;
        let mut items = Vec::new();
        if !self.is_sign(close) {
            loop {
                items.push(self.expression()?);
                if !self.eat_sign(",")? {
                    break;
                }
            }
        }
        self.leave(2);
        self.expect_sign(close)?;
        Ok(items)
    }

    fn record(&mut self, at: u32) -> Res<Expr> {
        self.advance()?;
        self.enter(at, 2)?;
        let mut entries: Vec<(Text, Expr)> = Vec::new();
        if !self.is_sign("}") {
            loop {
                let at = self.token.1;
                let key = match &self.token.0 {
                    Token::Text(text) => text.clone(),
                    Token::Name(name) if !["true", "false", "none", "null"].contains(name) => {
                        (*name).to_owned()
                    }
                    _ => return Err(self.unexpected("a key, which is a name or a text")),
                };
                self.check_reserved(&key, at)?;
                self.advance()?;
                self.expect_sign(":")?;
                entries.push((key.into(), self.expression()?));
                if !self.eat_sign(",")? {
                    break;
                }
            }
        }
        self.leave(2);
        self.expect_sign("}")?;
        let depth = depth_of(entries.iter().map(|(_, value)| value));
        self.node(at, depth, ExprKind::Record(entries))
    }

    /// `[index]` or `[start:stop:step]`.
    fn subscript(&mut self, expr: Expr, at: u32) -> Res<Expr> {
        self.advance()?;
        self.enter(at, 2)?;
        if self.is_sign("]") {
            return Err(self.unexpected("an index"));
        }
        let mut parts: [Option<Expr>; 3] = [None, None, None];
        let mut colons = 0;
        loop {
            if self.is_sign(":") && colons < 2 {
                self.advance()?;
                colons += 1;
            } else if self.is_sign("]") || parts[colons].is_some() {
                break;
            } else {
                parts[colons] = Some(self.expression()?);
            }
        }
        self.leave(2);
        self.expect_sign("]")?;
        let depth = depth_of(parts.iter().flatten()).max(expr.depth);
        let object = Box::new(expr);
        let kind = match parts {
            [Some(index), None, None] if colons == 0 => match index.kind {
                ExprKind::Text(name) => {
                    self.check_reserved(&name.to_str(), at)?;
                    ExprKind::Member(object, name)
                }
                _ => ExprKind::Index(object, Box::new(index)),
            },
            parts => ExprKind::Slice(object, Box::new(parts)),
        };
        self.node(at, depth, kind)
    }

    /// `(a, name=b)`.
    fn arguments(&mut self) -> Res<Arguments> {
        let at = self.token.1;
        self.advance()?;
        self.enter(at, 2)?;
        let mut arguments = Arguments::default();
        if !self.is_sign(")") {
            loop {
                let value = self.expression()?;
                match value.kind {
                    ExprKind::Name(name) if self.is_sign("=") => {
                        self.advance()?;
                        arguments.named.push((name, self.expression()?));
                    }
                    _ => arguments.positional.push(value),
                }
                if !self.eat_sign(",")? {
                    break;
                }
            }
        }
        self.leave(2);
        self.expect_sign(")").located(at)?;
        Ok(arguments)
    }
}

impl Arguments {
    /// Levels of nesting of the deepest argument.
    fn depth(&self) -> u16 {
        depth_of(self.positional.iter().chain(self.named.iter().map(|(_, value)| value)))
    }
}

fn depth_of<'e>(items: impl IntoIterator<Item = &'e Expr>) -> u16 {
    items.into_iter().map(|item| item.depth).max().unwrap_or(0)
}

/// Operands joined by operators that bind tighter than what stands around them.
struct Run<S> {
    /// The sign before the first operand; the very first run has none.
    before: Option<S>,
    first: Expr,
    rest: Vec<(Op, Expr)>,
}

/// Cuts a flat list at every sign that `tight` does not call an operator of the run.
fn runs<S: Copy>(
    first: Expr,
    rest: Vec<(S, Expr)>,
    tight: impl Fn(S) -> Option<Op>,
) -> Vec<Run<S>> {
    let mut runs = vec![Run { before: None, first, rest: Vec::new() }];
    for (sign, operand) in rest {
        match (tight(sign), runs.last_mut()) {
            (Some(op), Some(run)) => run.rest.push((op, operand)),
            _ => runs.push(Run { before: Some(sign), first: operand, rest: Vec::new() }),
        }
    }
    runs
}
