//! What a template looks like once it has been read.
//!
//! Every node knows the byte offset an error message should point to. Chains of operators are flat
//! lists and nesting is limited while parsing, so that walking or dropping a tree cannot overflow
//! the stack.

use std::ops::Range;
use std::sync::Arc;

use crate::pattern::Pattern;
use crate::text::Text;

/// A piece of a template's body.
#[derive(Debug)]
pub(crate) enum Node {
    /// Text of the source, as a byte range.
    Text(Range<usize>),
    /// `${{ … }}` and the blocks that print one value.
    Output { at: u32, value: Expr },
    /// `{% if %}`: the first branch whose condition holds, else `otherwise`.
    If { branches: Vec<(Expr, Body)>, otherwise: Body },
    /// `{% for %}`.
    For(Box<For>),
    /// `{% set a, b = value %}` and its block form.
    Set { targets: Vec<Text>, value: SetValue },
    /// `{% macro %}`.
    Macro(Box<Macro>),
    /// `{% switch %}`.
    Switch(Box<Switch>),
    /// `{% block %}`.
    Block(Body),
}

/// Pieces in a row.
pub(crate) type Body = Vec<Node>;

/// A loop.
#[derive(Debug)]
pub(crate) struct For {
    pub(crate) at: u32,
    pub(crate) targets: Vec<Text>,
    pub(crate) items: Expr,
    pub(crate) body: Body,
    pub(crate) otherwise: Body,
    /// Whether the name `loop` stands somewhere inside.
    pub(crate) names_loop: bool,
}

/// What a name is set to.
#[derive(Debug)]
pub(crate) enum SetValue {
    /// The value of an expression.
    Expr(Expr),
    /// The text of a block.
    Body(Body),
}

/// A macro, or the body of a `call` block seen as one.
#[derive(Debug)]
pub(crate) struct Macro {
    pub(crate) name: Text,
    /// Parameters without a default, in order.
    pub(crate) required: Vec<Text>,
    /// Parameters with a default, in order.
    pub(crate) optional: Vec<(Text, Expr)>,
    pub(crate) body: Body,
}

/// A choice by strict equality.
#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) subject: Expr,
    /// An empty body falls through to the next.
    pub(crate) cases: Vec<(Expr, Body)>,
    pub(crate) default: Body,
}

/// An expression.
#[derive(Debug)]
pub(crate) struct Expr {
    /// Where an error in it is reported.
    pub(crate) at: u32,
    /// Levels of nesting below and including this one.
    pub(crate) depth: u16,
    pub(crate) kind: ExprKind,
}

/// The kinds of expression.
#[derive(Debug)]
pub(crate) enum ExprKind {
    /// `none`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text between quotes.
    Text(Text),
    /// `r/…/`.
    Pattern(Arc<Pattern>),
    /// A name.
    Name(Text),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: b}`.
    Record(Vec<(Text, Expr)>),
    /// `(a)`; of several values the last counts.
    Group(Vec<Expr>),
    /// `a.b`, `a['b']`.
    Member(Box<Expr>, Text),
    /// `a[b]`.
    Index(Box<Expr>, Box<Expr>),
    /// `a[start:stop:step]`.
    Slice(Box<Expr>, Box<[Option<Expr>; 3]>),
    /// `a(…)`.
    Call(Box<Expr>, Box<Arguments>),
    /// `a | name(…)`.
    Filter(Box<Applied>),
    /// `a is name(…)`.
    Test(Box<Applied>),
    /// The text of a block, as the `filter` block hands it on.
    Capture(Body),
    /// A `call` block: the call, and its body as the macro `caller`.
    CallBlock(Box<Expr>, Box<Macro>),
    /// `not a`.
    Not(Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// `+a`.
    Positive(Box<Expr>),
    /// Operators of one precedence, worked off from the left.
    Chain(Box<Expr>, Vec<(Op, Expr)>),
    /// `a // b`: the division, still to be rounded down.
    Floor(Box<Expr>),
    /// `a in b`.
    In(Box<Expr>, Box<Expr>),
    /// `a and b`.
    And(Vec<Expr>),
    /// `a or b`.
    Or(Vec<Expr>),
    /// `value if condition else otherwise`.
    If(Box<(Expr, Expr, Option<Expr>)>),
}

/// A filter or a test with its input.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) input: Expr,
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) at: u32,
    pub(crate) arguments: Arguments,
}

/// What stands between the parentheses of a call.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Expr>,
    pub(crate) named: Vec<(Text, Expr)>,
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Subtract,
    Join,
    Multiply,
    Divide,
    Remainder,
    Power,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
}

impl Op {
    /// How tightly the operator binds, as in JavaScript.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Power => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 3,
            Self::Add | Self::Subtract | Self::Join => 2,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 1,
            Self::Equal | Self::NotEqual | Self::StrictEqual | Self::StrictNotEqual => 0,
        }
    }
}

/// Calls `visit` with every expression of a body, outer ones first.
pub(crate) fn visit_body<'t>(body: &'t [Node], visit: &mut dyn FnMut(&'t Expr)) {
    for node in body {
        match node {
            Node::Text(_) => {}
            Node::Output { value, .. } => visit_expr(value, visit),
            Node::If { branches, otherwise } => {
                for (condition, body) in branches {
                    visit_expr(condition, visit);
                    visit_body(body, visit);
                }
                visit_body(otherwise, visit);
            }
            Node::For(node) => {
                visit_expr(&node.items, visit);
                visit_body(&node.body, visit);
                visit_body(&node.otherwise, visit);
            }
            Node::Set { value: SetValue::Expr(value), .. } => visit_expr(value, visit),
            Node::Set { value: SetValue::Body(body), .. } | Node::Block(body) => {
                visit_body(body, visit);
            }
            Node::Macro(node) => visit_macro(node, visit),
            Node::Switch(node) => {
                visit_expr(&node.subject, visit);
                for (case, body) in &node.cases {
                    visit_expr(case, visit);
                    visit_body(body, visit);
                }
                visit_body(&node.default, visit);
            }
        }
    }
}

fn visit_macro<'t>(node: &'t Macro, visit: &mut dyn FnMut(&'t Expr)) {
    for (_, default) in &node.optional {
        visit_expr(default, visit);
    }
    visit_body(&node.body, visit);
}

fn visit_expr<'t>(expr: &'t Expr, visit: &mut dyn FnMut(&'t Expr)) {
    visit(expr);
    let mut arguments = |arguments: &'t Arguments| {
        for value in &arguments.positional {
            visit_expr(value, visit);
        }
        for (_, value) in &arguments.named {
            visit_expr(value, visit);
        }
    };
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Pattern(_)
        | ExprKind::Name(_) => {}
        ExprKind::List(items)
        | ExprKind::Group(items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter().for_each(|item| visit_expr(item, visit)),
        ExprKind::Record(entries) => entries.iter().for_each(|(_, value)| visit_expr(value, visit)),
        ExprKind::Member(inner, _)
        | ExprKind::Not(inner)
        | ExprKind::Negative(inner)
        | ExprKind::Positive(inner)
        | ExprKind::Floor(inner) => visit_expr(inner, visit),
        ExprKind::Index(left, right) | ExprKind::In(left, right) => {
            visit_expr(left, visit);
            visit_expr(right, visit);
        }
        ExprKind::Slice(inner, bounds) => {
            visit_expr(inner, visit);
            bounds.iter().flatten().for_each(|bound| visit_expr(bound, visit));
        }
        ExprKind::Call(callee, given) => {
            arguments(given);
            visit_expr(callee, visit);
        }
        ExprKind::Filter(applied) | ExprKind::Test(applied) => {
            arguments(&applied.arguments);
            visit_expr(&applied.input, visit);
        }
        ExprKind::Capture(body) => visit_body(body, visit),
        ExprKind::CallBlock(call, caller) => {
            visit_expr(call, visit);
            visit_macro(caller, visit);
        }
        ExprKind::Chain(first, rest) => {
            visit_expr(first, visit);
            rest.iter().for_each(|(_, operand)| visit_expr(operand, visit));
        }
        ExprKind::If(parts) => {
            let (value, condition, otherwise) = parts.as_ref();
            visit_expr(condition, visit);
            visit_expr(value, visit);
            if let Some(otherwise) = otherwise {
                visit_expr(otherwise, visit);
            }
        }
    }
}
