//! What a page gets of a definition: the items that fit what was asked, and as many details as a
//! page can bear.

use crate::definition::{Definition, Group};
use crate::limits::{MAX_BYTES, MAX_DETAIL, MAX_ITEMS, MAX_TEXT};
use crate::text::html;
use crate::{asyncapi, graphql, grpc, openapi};
use model::api_definition::{
    ApiDefinition, ApiDetail, ApiGroup, ApiItem, ApiQuery, DefinitionProblem,
};

/// What a page shows of a definition of this type (`openapi`, `asyncapi`, `graphql`, `grpc`).
pub fn outline(r#type: &str, text: &str, query: &ApiQuery) -> ApiDefinition {
    let shown = ApiDefinition {
        text: (text.len() <= MAX_TEXT).then(|| text.to_owned()),
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        ..ApiDefinition::default()
    };
    match read(r#type, text) {
        Ok(definition) => pick(&*definition, query, shown),
        Err(problem) => {
            ApiDefinition { format: r#type.to_owned(), problem: Some(problem), ..shown }
        }
    }
}

fn read(r#type: &str, text: &str) -> Result<Box<dyn Definition>, DefinitionProblem> {
    let problem = |message: String| DefinitionProblem { message, ..DefinitionProblem::default() };
    if text.len() > MAX_BYTES {
        return Err(problem(format!(
            "The definition has {} bytes; up to {MAX_BYTES} are read.",
            text.len()
        )));
    }
    match r#type {
        "openapi" => openapi::read(text),
        "asyncapi" => asyncapi::read(text),
        "graphql" => graphql::read(text),
        "grpc" => grpc::read(text),
        other => Err(problem(format!(
            "Definitions of type \"{other}\" are shown as text. Read and rendered are openapi, \
             asyncapi, graphql and grpc (`spec.type` of the entity)."
        ))),
    }
}

fn pick(definition: &dyn Definition, query: &ApiQuery, shown: ApiDefinition) -> ApiDefinition {
    let words: Vec<String> = query.q.split_whitespace().map(str::to_lowercase).collect();
    let fits = |group: &Group, item: &ApiItem| {
        let text = format!("{} {} {} {}", group.title, item.badge, item.title, item.summary);
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let (mut total, mut found) = (0, 0);
    let mut groups = Vec::new();
    for mut group in definition.groups() {
        total += group.items.len();
        let mut items = std::mem::take(&mut group.items);
        items.retain(|(_, item)| fits(&group, item));
        // What is listed beyond the bound is what was asked for, if it is among that.
        let room = MAX_ITEMS.saturating_sub(found);
        found += items.len();
        let mut rank = 0;
        items.retain(|(_, item)| {
            rank += 1;
            rank <= room || item.id == query.item
        });
        if !items.is_empty() {
            groups.push(Group { items, ..group });
        }
    }
    let listed = groups.iter().map(|group| group.items.len()).sum::<usize>();
    let mut left = MAX_DETAIL;
    let all = || 0..groups.len();
    // The one that was asked for comes first, whatever room there is.
    let mut wanted: Vec<(usize, usize)> = Vec::new();
    for group in all() {
        let items = groups[group].items.iter().enumerate();
        wanted.extend(
            items.filter(|(_, (_, item))| item.id == query.item).map(|(at, _)| (group, at)),
        );
    }
    for group in all() {
        wanted.extend((0..groups[group].items.len()).map(|at| (group, at)));
    }
    for (group, at) in wanted {
        let (key, item) = &mut groups[group].items[at];
        if item.details.is_some() {
            continue;
        }
        let is_asked = item.id == query.item;
        if left == 0 && !is_asked {
            break;
        }
        let details = definition.details(*key);
        left = left.saturating_sub(details.iter().map(weight).sum::<usize>() + 200);
        item.details = Some(details);
    }
    let head = definition.head();
    ApiDefinition {
        format: head.format,
        title: head.title,
        version: head.version,
        description: html(&head.description),
        about: definition.about(),
        groups: groups.into_iter().map(rendered).collect(),
        total: total as u32,
        found: found as u32,
        listed: listed as u32,
        ..shown
    }
}

fn rendered(group: Group) -> ApiGroup {
    ApiGroup {
        title: group.title,
        description: html(&group.description),
        items: group.items.into_iter().map(|(_, item)| item).collect(),
    }
}

/// How many bytes a detail takes, about.
fn weight(detail: &ApiDetail) -> usize {
    const ROW: usize = 80;
    match detail {
        ApiDetail::Text(html) => html.len(),
        ApiDetail::Code { title, text } => title.len() + text.len(),
        ApiDetail::Facts { facts, .. } => {
            facts.iter().map(|(name, value)| name.len() + value.len() + ROW).sum()
        }
        ApiDetail::Fields(table) => {
            let fields = table.fields.iter();
            let fields =
                fields.map(|it| it.name.len() + it.description.len() + it.limits.len() + ROW);
            fields.sum::<usize>() + table.description.len() + ROW
        }
    }
}
