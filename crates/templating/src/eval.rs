//! Works out expressions.
//!
//! Each kind has a function of its own: one large function would take stack for all of them at
//! every level of nesting.

use std::cmp::Ordering;

use crate::ast::{Applied, Arguments, Expr, ExprKind, Macro, Op};
use crate::error::{Fail, Located, Res};
use crate::filters::{self, Call};
use crate::interp::{Callee, Interp};
use crate::limits::FILTER_INPUT_BYTES;
use crate::machine::callable_used;
use crate::text::Text;
use crate::value::{Callable, Record, Value};
use crate::{globals, methods, tests_builtin};

/// Arguments that have been worked out.
#[derive(Default)]
struct Given {
    positional: Vec<Value>,
    named: Vec<(Text, Value)>,
}

impl<'t> Interp<'t, '_> {
    /// The value of an expression.
    pub(crate) fn eval(&mut self, expr: &'t Expr) -> Res<Value> {
        self.enter(expr.at)?;
        let value = match &expr.kind {
            ExprKind::Null => Value::Null,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Number(number) => Value::Number(*number),
            ExprKind::Text(text) => Value::Text(text.clone()),
            ExprKind::Pattern(pattern) => self.m.heap.new_pattern(pattern.clone()),
            ExprKind::Name(name) => self.name(name),
            ExprKind::List(items) => self.list(expr.at, items)?,
            ExprKind::Record(entries) => self.record(expr.at, entries)?,
            ExprKind::Group(items) => self.group(items)?,
            ExprKind::Member(object, name) => self.member(expr.at, object, name)?,
            ExprKind::Index(object, key) => self.index(expr.at, object, key)?,
            ExprKind::Slice(object, bounds) => self.slice(expr.at, object, bounds)?,
            ExprKind::Call(callee, arguments) => self.call(expr.at, callee, arguments)?,
            ExprKind::Filter(applied) => self.filter(applied)?,
            ExprKind::Test(applied) => self.test(applied)?,
            ExprKind::Capture(body) => Value::Text(self.capture(body)?),
            ExprKind::CallBlock(call, caller) => self.call_block(expr.at, call, caller)?,
            ExprKind::Not(inner) => Value::Bool(!self.eval(inner)?.truthy()),
            ExprKind::Negative(inner) => Value::Number(-self.number(inner)?),
            ExprKind::Positive(inner) => Value::Number(self.number(inner)?),
            ExprKind::Chain(first, rest) => self.chain(expr.at, first, rest)?,
            ExprKind::Floor(inner) => Value::Number(self.number(inner)?.floor()),
            ExprKind::In(needle, haystack) => self.contains(expr.at, needle, haystack)?,
            ExprKind::And(items) => self.all(items)?,
            ExprKind::Or(items) => self.any(items)?,
            ExprKind::If(parts) => self.choice(parts)?,
        };
        self.leave();
        Ok(value)
    }

    fn name(&mut self, name: &Text) -> Value {
        if let Some(value) = self.scopes.get(name) {
            return value.clone();
        }
        let Some(name) = name.as_utf8() else { return Value::Undefined };
        if let Some(at) = self.functions.iter().position(|function| function.name == name) {
            return Value::Callable(Callable::Host(at));
        }
        match (globals::find(name), name) {
            (Some(callable), _) => Value::Callable(callable),
            (_, "True") if self.m.settings.cookiecutter => Value::Bool(true),
            (_, "False") if self.m.settings.cookiecutter => Value::Bool(false),
            (_, "None") if self.m.settings.cookiecutter => Value::Null,
            _ => Value::Undefined,
        }
    }

    fn list(&mut self, at: u32, items: &'t [Expr]) -> Res<Value> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.eval(item)?);
        }
        self.m.list(values).located(at)
    }

    fn record(&mut self, at: u32, entries: &'t [(Text, Expr)]) -> Res<Value> {
        let mut record = Record::default();
        for (key, value) in entries {
            record.insert(key.clone(), self.eval(value)?);
        }
        self.m.record(record).located(at)
    }

    fn group(&mut self, items: &'t [Expr]) -> Res<Value> {
        let mut last = Value::Undefined;
        for item in items {
            last = self.eval(item)?;
        }
        Ok(last)
    }

    fn member(&mut self, at: u32, object: &'t Expr, name: &Text) -> Res<Value> {
        let object = self.eval(object)?;
        methods::member(&mut self.m, &object, name).located(at)
    }

    fn index(&mut self, at: u32, object: &'t Expr, key: &'t Expr) -> Res<Value> {
        let object = self.eval(object)?;
        let key = self.eval(key)?;
        if matches!(key, Value::Callable(_)) {
            return Err(callable_used()).located(at);
        }
        methods::index(&mut self.m, &object, &key).located(at)
    }

    fn slice(&mut self, at: u32, object: &'t Expr, bounds: &'t [Option<Expr>; 3]) -> Res<Value> {
        let object = self.eval(object)?;
        let [start, stop, step] = bounds;
        // What is left out or null takes its default; undefined counts as no number.
        let mut number = |bound: &'t Option<Expr>| -> Res<Option<f64>> {
            let value = match bound {
                None => Value::Null,
                Some(bound) => self.eval(bound)?,
            };
            match value {
                Value::Null => Ok(None),
                value => self.m.to_number(&value).located(at).map(Some),
            }
        };
        let (start, stop, step) = (number(start)?, number(stop)?, number(step)?.unwrap_or(1.0));
        if step == 0.0 || !step.is_finite() {
            return Err(Fail::at(at, "The step of a slice must be a number other than 0"));
        }
        let length = match &object {
            Value::Undefined | Value::Null => 0.0,
            object => {
                let length = self.m.own(object, &"length".into()).unwrap_or(Value::Undefined);
                self.m.to_number(&length).located(at)?
            }
        };
        let from_end = |bound: f64| if bound < 0.0 { bound + length } else { bound };
        let backwards = step < 0.0;
        let start = start.unwrap_or(if backwards { length - 1.0 } else { 0.0 });
        let stop = stop.map_or(if backwards { -1.0 } else { length }, from_end);
        let mut index = from_end(start);
        let mut items = Vec::new();
        while !(index < 0.0 || index > length) {
            // Without a length there are no bounds, and nothing to take.
            let inside = if backwards { index > stop } else { index < stop };
            if !inside {
                break;
            }
            self.m.budget.work(1).located(at)?;
            crate::limits::check_size(items.len()).located(at)?;
            items.push(self.m.element(&object, index).located(at)?);
            index += step;
        }
        self.m.list(items).located(at)
    }

    fn number(&mut self, expr: &'t Expr) -> Res<f64> {
        let value = self.eval(expr)?;
        self.m.to_number(&value).located(expr.at)
    }

    fn chain(&mut self, at: u32, first: &'t Expr, rest: &'t [(Op, Expr)]) -> Res<Value> {
        let mut left = self.eval(first)?;
        for (op, operand) in rest {
            let right = self.eval(operand)?;
            left = self.binary(*op, &left, &right).located(at)?;
        }
        Ok(left)
    }

    fn binary(&mut self, op: Op, left: &Value, right: &Value) -> Res<Value> {
        let m = &mut self.m;
        let number = match op {
            Op::Add => return m.add(left, right),
            Op::Join => {
                let left = m.add(left, &Value::text(""))?;
                return m.add(&left, right);
            }
            Op::Equal => return Ok(Value::Bool(m.loose_equal(left, right)?)),
            Op::NotEqual => return Ok(Value::Bool(!m.loose_equal(left, right)?)),
            Op::StrictEqual => return Ok(Value::Bool(m.strict_equal(left, right))),
            Op::StrictNotEqual => return Ok(Value::Bool(!m.strict_equal(left, right))),
            Op::Less => return self.compare(left, right, Ordering::is_lt),
            Op::LessOrEqual => return self.compare(left, right, Ordering::is_le),
            Op::Greater => return self.compare(left, right, Ordering::is_gt),
            Op::GreaterOrEqual => return self.compare(left, right, Ordering::is_ge),
            Op::Subtract => m.to_number(left)? - m.to_number(right)?,
            Op::Multiply => m.to_number(left)? * m.to_number(right)?,
            Op::Divide => m.to_number(left)? / m.to_number(right)?,
            Op::Remainder => m.to_number(left)? % m.to_number(right)?,
            Op::Power => power(m.to_number(left)?, m.to_number(right)?),
        };
        Ok(Value::Number(number))
    }

    fn compare(&mut self, left: &Value, right: &Value, holds: fn(Ordering) -> bool) -> Res<Value> {
        Ok(Value::Bool(self.m.order(left, right)?.is_some_and(holds)))
    }

    fn contains(&mut self, at: u32, needle: &'t Expr, haystack: &'t Expr) -> Res<Value> {
        let needle = self.eval(needle)?;
        let haystack = self.eval(haystack)?;
        self.m.contains(&haystack, &needle).located(at).map(Value::Bool)
    }

    fn all(&mut self, items: &'t [Expr]) -> Res<Value> {
        let mut last = Value::Undefined;
        for item in items {
            last = self.eval(item)?;
            if !last.truthy() {
                break;
            }
        }
        Ok(last)
    }

    fn any(&mut self, items: &'t [Expr]) -> Res<Value> {
        let mut last = Value::Undefined;
        for item in items {
            last = self.eval(item)?;
            if last.truthy() {
                break;
            }
        }
        Ok(last)
    }

    fn choice(
        &mut self,
        (value, condition, otherwise): &'t (Expr, Expr, Option<Expr>),
    ) -> Res<Value> {
        if self.eval(condition)?.truthy() {
            return self.eval(value);
        }
        match otherwise {
            Some(otherwise) => self.eval(otherwise),
            None => Ok(Value::text("")),
        }
    }

    fn filter(&mut self, applied: &'t Applied) -> Res<Value> {
        let name = applied.name.as_str();
        let Some(filter) = filters::find(name, self.m.settings.cookiecutter) else {
            return Err(Fail::at(applied.at, format!("Unknown template filter {name:?}")));
        };
        let input = self.eval(&applied.input)?;
        let given = self.arguments(&applied.arguments)?;
        let call = self.filter_call(input, given).located(applied.at)?;
        if filter.host {
            self.m.budget.host_call().located(applied.at)?;
            if call.named.is_some() {
                let message = format!("Template filter {name:?} does not accept keyword arguments");
                return Err(Fail::at(applied.at, message));
            }
        }
        let result = (filter.run)(&mut self.m, &call);
        let result = result.map_err(|mut fail| {
            if !fail.limit {
                fail.message = format!("Template filter {name:?} failed: {}", fail.message);
            }
            fail
        });
        result.located(applied.at)
    }

    fn filter_call(&mut self, input: Value, given: Given) -> Res<Call> {
        let bytes = |value: &Value| match value {
            Value::Text(text) | Value::Safe(text) => text.bytes(),
            _ => 0,
        };
        let total: usize = given.positional.iter().chain([&input]).map(bytes).sum();
        if total > FILTER_INPUT_BYTES {
            let message = format!("a filter can take {FILTER_INPUT_BYTES} bytes at most");
            return Err(Fail::limit(message));
        }
        let callable = |value: &Value| matches!(value, Value::Callable(_));
        let named = given.named.iter().map(|(_, value)| value);
        if given.positional.iter().chain([&input]).chain(named).any(callable) {
            return Err(callable_used());
        }
        let mut call = Call { input, arguments: given.positional, named: None };
        if !given.named.is_empty() {
            let mark = ("__keywords".into(), Value::Bool(true));
            let record = self.m.record(given.named.into_iter().chain([mark]).collect())?;
            if let Value::Record(id) = record {
                call.named = Some(id);
            }
            call.arguments.push(record);
        }
        Ok(call)
    }

    fn test(&mut self, applied: &'t Applied) -> Res<Value> {
        let test = tests_builtin::find(&applied.name).located(applied.at)?;
        let input = self.eval(&applied.input)?;
        let given = self.arguments(&applied.arguments)?;
        if !given.named.is_empty() {
            let message =
                format!("Template test {} does not accept keyword arguments", applied.name);
            return Err(Fail::at(applied.at, message));
        }
        let holds = test.run(&mut self.m, &input, &given.positional).located(applied.at)?;
        Ok(Value::Bool(holds))
    }

    fn arguments(&mut self, arguments: &'t Arguments) -> Res<Given> {
        let mut given = Given::default();
        for argument in &arguments.positional {
            given.positional.push(self.eval(argument)?);
        }
        for (name, argument) in &arguments.named {
            given.named.push((name.clone(), self.eval(argument)?));
        }
        Ok(given)
    }

    fn call(&mut self, at: u32, callee: &'t Expr, arguments: &'t Arguments) -> Res<Value> {
        let value = self.eval(callee)?;
        let Value::Callable(callable) = value else {
            let what = match path(callee) {
                Some(path) => format!("value {path:?}"),
                None => "expression".to_owned(),
            };
            let kind = value.kind();
            let message = format!("Template {what} resolved to {kind} and cannot be called");
            return Err(Fail::at(at, message));
        };
        let given = self.arguments(arguments)?;
        self.call_value(&callable, given).located(at)
    }

    fn call_block(&mut self, at: u32, call: &'t Expr, caller: &'t Macro) -> Res<Value> {
        let ExprKind::Call(callee, arguments) = &call.kind else { return Ok(Value::Undefined) };
        let Value::Callable(callable @ Callable::Macro(_)) = self.eval(callee)? else {
            return Err(Fail::at(at, "Call blocks can target only template macros"));
        };
        let mut given = self.arguments(arguments)?;
        self.macros.push(Callee { def: caller, frame: Some(self.scopes.here()) });
        let body = Value::Callable(Callable::Macro(self.macros.len() - 1));
        given.named.push((caller.name.clone(), body));
        self.call_value(&callable, given).located(at)
    }

    fn call_value(&mut self, callable: &Callable, given: Given) -> Res<Value> {
        if let Callable::Macro(at) = callable {
            return match self.macros.get(*at).copied() {
                Some(callee) => self.call_macro(callee, given),
                None => Ok(Value::Undefined),
            };
        }
        if !given.named.is_empty() {
            return Err(Fail::new("only macros and filters accept keyword arguments"));
        }
        let arguments = given.positional;
        if arguments.iter().any(|argument| matches!(argument, Value::Callable(_))) {
            return Err(callable_used());
        }
        let bare =
            !matches!(callable, Callable::Builtin(_) | Callable::Host(_) | Callable::Method(..));
        if bare && !arguments.is_empty() {
            return Err(Fail::new("this function takes no arguments"));
        }
        match callable {
            Callable::Builtin(at) => globals::call(&mut self.m, *at, &arguments),
            Callable::Host(at) => self.call_host(*at, &arguments),
            Callable::Joiner(at) => Ok(globals::call_joiner(&mut self.m, *at)),
            Callable::CyclerNext(at) => Ok(globals::call_cycler(&mut self.m, *at, true)),
            Callable::CyclerReset(at) => Ok(globals::call_cycler(&mut self.m, *at, false)),
            Callable::Method(value, method) => {
                methods::call(&mut self.m, *method, value, &arguments)
            }
            Callable::Macro(_) => Ok(Value::Undefined),
        }
    }

    fn call_host(&mut self, at: usize, arguments: &[Value]) -> Res<Value> {
        self.m.budget.host_call()?;
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(self.m.export(argument, 0)?.unwrap_or_default());
        }
        let functions = self.functions;
        let Some(function) = functions.get(at) else { return Ok(Value::Undefined) };
        match (function.run)(&given) {
            Ok(Some(value)) => Ok(self.m.heap.import_owned(value)),
            Ok(None) => Ok(Value::Undefined),
            Err(message) => {
                Err(Fail::new(format!("Template function {:?} failed: {message}", function.name)))
            }
        }
    }

    /// Binds the arguments as the reference does, and renders the macro's body.
    fn call_macro(&mut self, callee: Callee<'t>, given: Given) -> Res<Value> {
        let before = match callee.frame {
            None => self.scopes.open_detached(),
            Some(frame) => self.scopes.open_inside(frame).ok_or_else(|| {
                Fail::new("the body of a call block cannot be called after the block has ended")
            })?,
        };
        let def = callee.def;
        let Given { positional, mut named } = given;
        let mut positional = positional.into_iter();
        let take = |named: &mut Vec<(Text, Value)>, name: &Text| {
            let at = named.iter().rposition(|(found, _)| found == name)?;
            Some(named.remove(at).1)
        };
        for name in &def.required {
            let value = match positional.next() {
                Some(value) => value,
                None => take(&mut named, name).unwrap_or(Value::Undefined),
            };
            self.scopes.declare(name, value);
        }
        if let Some(caller) = take(&mut named, &"caller".into()) {
            self.scopes.declare(&"caller".into(), caller);
        }
        for (name, default) in &def.optional {
            // Arguments beyond the required ones fill those with a default, in order.
            let value = match positional.next() {
                Some(value) => value,
                None => match take(&mut named, name) {
                    Some(value) => value,
                    None => self.eval(default)?,
                },
            };
            self.scopes.declare(name, value);
        }
        let text = self.capture(&def.body)?;
        self.scopes.close(before);
        Ok(Value::Safe(text))
    }
}

/// `base ** exponent` as in JavaScript, where 1 to an infinite power is no number.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    base.powf(exponent)
}

/// The dotted name an expression is, for messages.
fn path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_str().into_owned()),
        ExprKind::Member(object, name) => Some(format!("{}.{}", path(object)?, name.to_str())),
        _ => None,
    }
}
