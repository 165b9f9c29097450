//! The filters of the language, `value | name(…)`.

mod call;
mod host;
mod list;
mod markup;
mod number;
mod sort;
mod text;

pub use markup::URI_COMPONENT;

pub(crate) use call::Call;

use crate::error::Res;
use crate::machine::Machine;
use crate::value::Value;

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

/// The names of all filters a template of this kind knows.
pub(crate) fn names(cookiecutter: bool) -> impl Iterator<Item = &'static str> {
    let names = FILTERS.iter().map(|filter| filter.name);
    names.filter(move |name| *name != "jsonify" || cookiecutter)
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
