//! The filters of the language, `value | name(…)`.

mod host;
mod list;
mod markup;
mod number;
mod sort;
mod text;

pub(crate) use sort::merge_sort;
pub(crate) use text::{lower_case, upper_case};

use crate::error::{Fail, Res};
use crate::machine::{Machine, check_size};
use crate::text::Text;
use crate::value::{RecordId, Value};

/// One application of a filter.
pub(crate) struct Call {
    /// What stands before the bar.
    pub(crate) input: Value,
    /// What stands in the parentheses; named arguments follow as one record, as the reference does.
    pub(crate) arguments: Vec<Value>,
    /// That record, when there are named arguments.
    pub(crate) named: Option<RecordId>,
}

/// What runs a filter.
pub(crate) type Run = fn(&mut Machine<'_>, &Call) -> Res<Value>;

/// A filter of the table.
pub(crate) struct Filter {
    name: &'static str,
    /// What runs it.
    pub(crate) run: Run,
    /// Whether it stands for the host's, which take no named arguments and are counted.
    pub(crate) host: bool,
}

/// The filter of this name.
pub(crate) fn find(name: &str, cookiecutter: bool) -> Option<&'static Filter> {
    let found = FILTERS.iter().find(|filter| filter.name == name)?;
    (found.name != "jsonify" || cookiecutter).then_some(found)
}

const FILTERS: &[Filter] = &[
    built_in("abs", number::abs),
    built_in("batch", list::batch),
    built_in("capitalize", text::capitalize),
    built_in("center", text::center),
    built_in("d", list::default),
    built_in("default", list::default),
    built_in("dictsort", sort::dictsort),
    built_in("dump", markup::dump),
    built_in("e", markup::escape),
    built_in("escape", markup::escape),
    built_in("first", list::first),
    built_in("float", number::float),
    built_in("forceescape", markup::forceescape),
    built_in("groupby", list::groupby),
    built_in("indent", text::indent),
    built_in("int", number::int),
    built_in("join", list::join),
    built_in("jsonify", markup::dump),
    built_in("last", list::last),
    built_in("length", list::length),
    built_in("list", list::list),
    built_in("lower", text::lower),
    built_in("nl2br", markup::nl2br),
    built_in("random", list::random),
    built_in("reject", list::reject),
    built_in("rejectattr", list::rejectattr),
    built_in("replace", text::replace),
    built_in("reverse", list::reverse),
    built_in("round", number::round),
    built_in("safe", markup::safe),
    built_in("select", list::select),
    built_in("selectattr", list::selectattr),
    built_in("slice", list::slice),
    built_in("sort", sort::sort),
    built_in("string", text::string),
    built_in("striptags", markup::striptags),
    built_in("sum", list::sum),
    built_in("title", text::title),
    built_in("trim", text::trim),
    built_in("truncate", text::truncate),
    built_in("upper", text::upper),
    built_in("urlencode", markup::urlencode),
    built_in("urlize", markup::urlize),
    built_in("wordcount", text::wordcount),
    of_host("parseEntityRef", host::parse_entity_ref),
    of_host("parseRepoUrl", host::parse_repo_url),
    of_host("pick", host::pick),
    of_host("projectSlug", host::project_slug),
];

const fn built_in(name: &'static str, run: Run) -> Filter {
    Filter { name, run, host: false }
}

const fn of_host(name: &'static str, run: Run) -> Filter {
    Filter { name, run, host: true }
}

impl Call {
    /// The argument at `at`, undefined when it is not there.
    fn argument(&self, at: usize) -> &Value {
        self.arguments.get(at).unwrap_or(&Value::Undefined)
    }

    /// Arguments of a filter that takes them by position or by one of `names`.
    fn bind<const N: usize>(&self, m: &mut Machine<'_>, names: [&str; N]) -> [Value; N] {
        let given = self.arguments.len() - usize::from(self.named.is_some());
        std::array::from_fn(|at| match (self.arguments.get(at), self.named) {
            (Some(value), _) if at < given => value.clone(),
            (_, Some(named)) => {
                let value = m.heap.record(named).get(&names[at].into()).cloned();
                value.unwrap_or(Value::Undefined)
            }
            _ => Value::Undefined,
        })
    }
}

/// The input as a text; nothing for what is missing or `false`.
fn text_or_empty(input: &Value) -> Res<Text> {
    match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Ok("".into()),
        other => text_only(other),
    }
}

/// The input, which must be a text.
fn text_only(input: &Value) -> Res<Text> {
    match input {
        Value::Text(text) | Value::Safe(text) => Ok(text.clone()),
        _ => Err(Fail::new("Filter input must be a string")),
    }
}

/// A result that is marked safe when the input was.
fn like_input(m: &mut Machine<'_>, input: &Value, text: impl Into<Text>) -> Res<Value> {
    let text = text.into();
    m.budget.text(text.bytes())?;
    Ok(if matches!(input, Value::Safe(_)) { Value::Safe(text) } else { Value::Text(text) })
}

/// The items of a list, the characters of a text, or what a record with a length holds.
fn sequence(m: &mut Machine<'_>, input: &Value, filter: &str) -> Res<Vec<Value>> {
    if input.is_nullish() {
        return Err(Fail::new(format!("{filter} requires a sequence")));
    }
    lenient_sequence(m, input)
}

/// As [`sequence`], with nothing for any other value.
fn lenient_sequence(m: &mut Machine<'_>, input: &Value) -> Res<Vec<Value>> {
    match input {
        Value::List(id) => m.items(*id),
        Value::Text(text) | Value::Safe(text) => characters(m, text),
        Value::Record(_) => {
            let length = length_of(m, input)?;
            let len =
                if length.is_finite() { crate::number::to_integer(length).max(0.0) } else { 0.0 };
            m.budget.work(len as usize)?;
            (0..len as usize).map(|at| m.index(input, &Value::count(at))).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// The characters of a text, one code unit each.
fn characters(m: &mut Machine<'_>, text: &Text) -> Res<Vec<Value>> {
    m.budget.work(text.len())?;
    check_size(text.len())?;
    Ok(text.units().into_iter().map(|unit| Value::Text(Text::from_units(&[unit]))).collect())
}

/// The property `length` as a number; NaN when there is none.
fn length_of(m: &mut Machine<'_>, value: &Value) -> Res<f64> {
    let length = m.own(value, &"length".into()).unwrap_or(Value::Undefined);
    m.to_number(&length)
}

/// A property of an item, which must be something that can have one.
fn attribute(m: &mut Machine<'_>, item: &Value, name: &Text) -> Res<Value> {
    if item.is_nullish() {
        return Err(nullish_item());
    }
    Ok(m.own(item, name).unwrap_or(Value::Undefined))
}

/// The attribute argument of `sort` and `groupby`: a path when it is a text, none when empty.
fn attribute_path(m: &mut Machine<'_>, value: &Value) -> Res<Vec<Text>> {
    match value {
        value if !value.truthy() => Ok(Vec::new()),
        Value::Text(path) => Ok(path.to_str().split('.').map(Text::from).collect()),
        other => Ok(vec![m.to_text(other)?]),
    }
}

/// What stands at a path inside an item.
fn at_path(m: &mut Machine<'_>, item: &Value, path: &[Text]) -> Res<Value> {
    let mut found = item.clone();
    for name in path {
        if found.is_nullish() {
            return Err(nullish_item());
        }
        match m.own(&found, name) {
            Some(inner) => found = inner,
            None => return Ok(Value::Undefined),
        }
    }
    Ok(found)
}

fn nullish_item() -> Box<Fail> {
    Fail::new("Cannot read a template attribute from a nullish value")
}
