//! Runs a template: the state of one render, and statements.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::ast::{Body, For, Macro, Node, SetValue, Switch};
use crate::context::{HostFunction, Scope};
use crate::deep;
use crate::error::{Fail, Located, Res};
use crate::limits::{OUTPUT_UNITS, output_too_long};
use crate::machine::{Machine, Settings};
use crate::scope::{FrameRef, Scopes};
use crate::text::{Buffer, Text, units_in};
use crate::value::{Callable, Record, RecordId, Value};

/// The state of one render of the template `'t` over the data `'c`.
pub(crate) struct Interp<'t, 'c> {
    pub(crate) m: Machine<'c>,
    pub(crate) scopes: Scopes,
    pub(crate) macros: Vec<Callee<'t>>,
    pub(crate) functions: &'c [HostFunction<'c>],
    source: &'t str,
    out: Output,
    /// The text once more, with values as JSON, while a statement's output is to be decoded.
    encoded: Option<Output>,
    depth: u16,
    /// How deep nesting may go this time.
    limit: u16,
}

/// A macro that has been declared, or the body of a `call` block.
#[derive(Clone, Copy)]
pub(crate) struct Callee<'t> {
    pub(crate) def: &'t Macro,
    /// The frame a `call` block's body sees; a macro sees none.
    pub(crate) frame: Option<FrameRef>,
}

/// Text being written, with its length so far.
#[derive(Default)]
struct Output {
    buffer: Buffer,
    units: usize,
}

impl<'t, 'c> Interp<'t, 'c> {
    /// A render of `source` that has not begun.
    pub(crate) fn new(
        source: &'t str,
        settings: &'c Settings,
        scope: &'c Scope<'c>,
        limit: u16,
    ) -> Self {
        let mut m = Machine::new(settings);
        let context: HashMap<Text, Value> = match scope.context {
            Json::Object(entries) => entries
                .iter()
                .map(|(name, value)| (Text::from(name.as_str()), m.heap.import(value)))
                .collect(),
            _ => HashMap::new(),
        };
        Self {
            m,
            scopes: Scopes::new(context),
            macros: Vec::new(),
            functions: &scope.functions,
            source,
            out: Output::default(),
            encoded: None,
            depth: 0,
            limit,
        }
    }

    /// Renders a body as text.
    pub(crate) fn render(mut self, body: &'t Body) -> Res<String> {
        self.body(body)?;
        Ok(self.out.buffer.into_string())
    }

    /// Renders a statement that is all there is: what it prints is decoded when it is JSON, with
    /// the values in it as JSON, too. None when it prints nothing.
    pub(crate) fn render_decoded(mut self, statement: &'t Node) -> Res<Option<Json>> {
        self.encoded = Some(Output::default());
        self.node(statement)?;
        let encoded = self.encoded.take().unwrap_or_default().buffer.into_string();
        if encoded.is_empty() {
            return Ok(None);
        }
        if let Ok(decoded) = serde_json::from_str::<Json>(&encoded) {
            return Ok(Some(crate::json::with_numbers_of_javascript(decoded)));
        }
        let text = self.out.buffer.into_string();
        Ok((!text.is_empty()).then_some(Json::String(text)))
    }

    /// The text that a body prints.
    pub(crate) fn capture(&mut self, body: &'t Body) -> Res<Text> {
        let outer = std::mem::take(&mut self.out);
        let encoded = self.encoded.take();
        let result = self.body(body);
        self.encoded = encoded;
        let inner = std::mem::replace(&mut self.out, outer);
        result?;
        self.m.budget.text(inner.buffer.bytes())?;
        Ok(inner.buffer.into_text())
    }

    /// Goes a level deeper.
    pub(crate) fn enter(&mut self, at: u32) -> Res<()> {
        self.depth += 1;
        if self.depth > self.limit {
            return Err(deep::too_deep()).located(at);
        }
        self.m.budget.work(1).located(at)
    }

    /// Comes back from [`Interp::enter`]; not needed after a failure, which ends the render.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn body(&mut self, body: &'t Body) -> Res<()> {
        body.iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &'t Node) -> Res<()> {
        match node {
            Node::Text(range) => self.text(range),
            Node::Output { at, value } => self.output(*at, value),
            Node::If { branches, otherwise } => self.if_node(branches, otherwise),
            Node::For(node) => {
                self.enter(node.at)?;
                self.for_node(node)?;
                self.leave();
                Ok(())
            }
            Node::Set { targets, value } => self.set(targets, value),
            Node::Macro(def) => {
                self.declare_macro(def);
                Ok(())
            }
            Node::Switch(node) => self.switch(node),
            Node::Block(body) => self.block(body),
        }
    }

    fn text(&mut self, range: &Range<usize>) -> Res<()> {
        let source = self.source;
        let text = source.get(range.clone()).unwrap_or("");
        self.out.units += units_in(text);
        self.out.buffer.push_str(text);
        if let Some(encoded) = &mut self.encoded {
            encoded.units += units_in(text);
            encoded.buffer.push_str(text);
        }
        self.check_output()
    }

    fn output(&mut self, at: u32, value: &'t crate::ast::Expr) -> Res<()> {
        let is_call = matches!(value.kind, crate::ast::ExprKind::CallBlock(..));
        let value = self.eval(value)?;
        let text = self.m.to_output(&value).located(at)?;
        self.out.units += text.len();
        self.out.buffer.push(&text);
        if self.encoded.is_some() {
            // What a `call` block prints is text already.
            let json = match is_call {
                true => text,
                false => self.m.dump(&value, "").located(at)?.unwrap_or_default().into(),
            };
            if let Some(encoded) = &mut self.encoded {
                encoded.units += json.len();
                encoded.buffer.push(&json);
            }
        }
        self.check_output().located(at)
    }

    fn check_output(&mut self) -> Res<()> {
        self.m.budget.work(1)?;
        let encoded = self.encoded.as_ref().map_or(0, |encoded| encoded.units);
        if self.out.units + encoded > OUTPUT_UNITS { Err(output_too_long()) } else { Ok(()) }
    }

    fn if_node(
        &mut self,
        branches: &'t [(crate::ast::Expr, Body)],
        otherwise: &'t Body,
    ) -> Res<()> {
        self.enter(branches.first().map_or(0, |(condition, _)| condition.at))?;
        let mut chosen = otherwise;
        for (condition, body) in branches {
            if self.eval(condition)?.truthy() {
                chosen = body;
                break;
            }
        }
        self.body(chosen)?;
        self.leave();
        Ok(())
    }

    fn set(&mut self, targets: &'t [Text], value: &'t SetValue) -> Res<()> {
        self.enter(0)?;
        let value = match value {
            SetValue::Expr(value) => self.eval(value)?,
            SetValue::Body(body) => Value::Text(self.capture(body)?),
        };
        for target in targets {
            self.scopes.set(target, value.clone());
        }
        self.leave();
        Ok(())
    }

    fn declare_macro(&mut self, def: &'t Macro) {
        self.macros.push(Callee { def, frame: None });
        let callable = Value::Callable(Callable::Macro(self.macros.len() - 1));
        self.scopes.declare_macro(&def.name, callable);
    }

    fn switch(&mut self, node: &'t Switch) -> Res<()> {
        self.enter(node.subject.at)?;
        let subject = self.eval(&node.subject)?;
        let mut chosen = &node.default;
        let mut cases = node.cases.iter();
        while let Some((case, body)) = cases.next() {
            let case = self.eval(case)?;
            if self.m.strict_equal(&subject, &case) {
                // An empty body falls through to the next one that is not.
                let next = std::iter::once(body).chain(cases.map(|(_, body)| body));
                chosen = next.into_iter().find(|body| !body.is_empty()).unwrap_or(&node.default);
                break;
            }
        }
        self.body(chosen)?;
        self.leave();
        Ok(())
    }

    fn block(&mut self, body: &'t Body) -> Res<()> {
        self.enter(0)?;
        let before = self.scopes.open_block();
        self.body(body)?;
        self.scopes.close(before);
        self.leave();
        Ok(())
    }

    fn for_node(&mut self, node: &'t For) -> Res<()> {
        let items = self.eval(&node.items)?;
        let before = self.scopes.open_loop();
        for target in &node.targets {
            self.scopes.declare_unpacked(target, Value::Undefined);
        }
        let turns = self.turns(node, &items).located(node.at)?;
        let mut loop_state = LoopState { length: turns.len(), record: None };
        let mut index = 0;
        loop {
            if !self.bind_targets(node, &items, &turns, index).located(node.at)? {
                break;
            }
            self.m.budget.work(1).located(node.at)?;
            if node.names_loop {
                self.bind_loop(&mut loop_state, index);
            }
            self.body(&node.body)?;
            index += 1;
        }
        if turns.len() == 0 {
            self.body(&node.otherwise)?;
        }
        self.scopes.close(before);
        Ok(())
    }

    /// What a value is looped over as.
    fn turns(&mut self, node: &For, items: &Value) -> Res<Turns> {
        let several = node.targets.len() > 1;
        Ok(match items {
            Value::List(id) => Turns::Items(self.m.heap.list(*id).len()),
            Value::Text(text) | Value::Safe(text) => {
                self.m.budget.text(text.bytes())?;
                Turns::Units(text.units())
            }
            Value::Record(id) if several => {
                let keys: Vec<Text> =
                    self.m.heap.record(*id).iter().map(|(key, _)| key.clone()).collect();
                self.m.budget.work(keys.len())?;
                Turns::Keys(keys)
            }
            Value::Record(_) => {
                let length = self.m.own(items, &"length".into()).unwrap_or(Value::Undefined);
                let length = self.m.to_number(&length)?;
                Turns::Items(crate::number::clamped_index(length.ceil(), usize::MAX))
            }
            _ => Turns::Items(0),
        })
    }

    /// Binds the variables of one turn; false when there is no such turn.
    fn bind_targets(
        &mut self,
        node: &'t For,
        items: &Value,
        turns: &Turns,
        index: usize,
    ) -> Res<bool> {
        let several = node.targets.len() > 1;
        let (key, value) = match (turns, items) {
            (Turns::Items(_), Value::List(id)) => {
                // The list may grow or shrink while it is being looped over.
                let Some(item) = self.m.heap.list(*id).get(index).cloned() else {
                    return Ok(false);
                };
                if several {
                    return self.unpack(node, &item);
                }
                (Value::Undefined, item)
            }
            (Turns::Items(count), record) if index < *count => {
                (Value::Undefined, self.m.element(record, index as f64)?)
            }
            (Turns::Units(units), _) if index < units.len() => {
                let key = self.m.to_text(&Value::count(index))?;
                (Value::Text(key), Value::Text(Text::from_units(&units[index..=index])))
            }
            (Turns::Keys(keys), record) if index < keys.len() => {
                let value = self.m.own(record, &keys[index]).unwrap_or(Value::Undefined);
                (Value::Text(keys[index].clone()), value)
            }
            _ => return Ok(false),
        };
        match node.targets.as_slice() {
            [only] => self.scopes.declare(only, value),
            [first, second, ..] => {
                self.scopes.declare(first, key);
                self.scopes.declare(second, value);
            }
            [] => {}
        }
        Ok(true)
    }

    fn unpack(&mut self, node: &'t For, item: &Value) -> Res<bool> {
        if item.is_nullish() {
            return Err(Fail::new("Cannot destructure a nullish loop value"));
        }
        for (at, target) in node.targets.iter().enumerate() {
            let part = self.m.element(item, at as f64)?;
            self.scopes.declare_unpacked(target, part);
        }
        Ok(true)
    }

    /// Sets the variable `loop`, unless the template uses the name for something else.
    fn bind_loop(&mut self, state: &mut LoopState, index: usize) {
        let id = match (self.scopes.own(&LOOP), state.record) {
            (Some(Value::Record(found)), Some(own)) if *found == own => own,
            (Some(other), _) if other.truthy() => return,
            _ => {
                let value = self.m.heap.new_record(Record::default());
                let Value::Record(id) = value else { return };
                self.scopes.declare(&LOOP, value);
                state.record = Some(id);
                id
            }
        };
        let (number, length) = (Value::count, state.length);
        let values = [
            number(index + 1),
            number(index),
            Value::Number(length as f64 - index as f64),
            Value::Number(length as f64 - index as f64 - 1.0),
            Value::Bool(index == 0),
            Value::Bool(index + 1 == length),
            number(length),
        ];
        let record = self.m.heap.record(id);
        for (name, value) in LOOP_FIELDS.iter().zip(values) {
            record.insert(name.clone(), value);
        }
    }
}

/// What a loop goes over.
enum Turns {
    /// The items of a list, or of a record with a length, as many as there were at first.
    Items(usize),
    /// The code units of a text.
    Units(Vec<u16>),
    /// The keys of a record.
    Keys(Vec<Text>),
}

impl Turns {
    fn len(&self) -> usize {
        match self {
            Self::Items(count) => *count,
            Self::Units(units) => units.len(),
            Self::Keys(keys) => keys.len(),
        }
    }
}

struct LoopState {
    length: usize,
    /// The record the loop itself put into `loop`.
    record: Option<RecordId>,
}

static LOOP: LazyLock<Text> = LazyLock::new(|| "loop".into());
static LOOP_FIELDS: LazyLock<[Text; 7]> = LazyLock::new(|| {
    ["index", "index0", "revindex", "revindex0", "first", "last", "length"].map(Text::from)
});
