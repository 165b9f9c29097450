//! The definition of an API: operations, types, servers, whatever language it is written in.

use crate::catalog::api::api_definition_get;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::api_definition::{
    ApiDefinition, ApiDetail, ApiField, ApiFields, ApiGroup, ApiItem, ApiQuery, ApiSense,
    DefinitionProblem,
};

/// The definition of an API.
#[component]
pub fn ApiTab(
    /// The entity.
    entity_ref: String,
    /// The page it stands on.
    path: String,
) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let map = query.read();
        let text = |key: &str| map.get(key).unwrap_or_default();
        ApiQuery { q: text("q"), item: text("item") }
    });
    let about = StoredValue::new(entity_ref);
    let definition = ServerResource::blocking(
        move || asked.get(),
        move |asked| api_definition_get(about.get_value(), asked),
    );
    let path = StoredValue::new(path);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(6) /> }>
            {move || Suspend::new(async move {
                match definition.await {
                    Ok(found) => shown(found, &asked.get_untracked(), &path.get_value()),
                    Err(error) => {
                        let retry_href = format!("{}?tab=api", path.get_value());
                        view! {
                            <ErrorState
                                title="The definition could not be loaded"
                                message=error.message()
                                retry_href
                            />
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

fn shown(found: ApiDefinition, asked: &ApiQuery, path: &str) -> AnyView {
    let download = href(&format!("{}/definition", path_of_file(path)));
    let size = format!("{} KB", found.bytes.div_ceil(1024));
    let text = found.text.map(|text| {
        view! {
            <details class="api-source">
                <summary>"Source"</summary>
                <CodeBlock code=text title="Definition" numbers=true />
            </details>
        }
    });
    let is_text = found.problem.is_some();
    let problem = found.problem.map(problem);
    let heading = match (found.title.as_str(), found.version.as_str()) {
        ("", _) => found.format.clone(),
        (title, "") => title.to_owned(),
        (title, version) => format!("{title} {version}"),
    };
    let description = (!found.description.is_empty())
        .then(|| view! { <Prose html=found.description compact=true /> });
    let about = found.about.into_iter().map(detail).collect::<Vec<_>>();
    let filter = (!is_text).then(|| {
        let hidden = view! { <input type="hidden" name="tab" value="api" /> };
        let words = asked.q.clone();
        let result = match (found.found, found.total) {
            (found, total) if found == total => counted(total),
            (found, total) => format!("{found} of {}", counted(total)),
        };
        let clear = format!("{path}?tab=api");
        view! {
            <FilterBar
                action=path.to_owned()
                label="Filter the definition"
                active=usize::from(!asked.q.is_empty())
                clear
                result
                search=move || {
                    view! {
                        {hidden}
                        <SearchInput label="Find by path, name or summary" value=words />
                    }
                }
            />
        }
    });
    let nothing = (!is_text && found.found == 0).then(|| {
        view! {
            <EmptyState
                title="No results"
                text="No operation or type has these words in its name or summary. Remove the filter to see all."
                icon=IconName::Search
            />
        }
    });
    let more = (found.listed < found.found).then(|| {
        let words =
            format!("The first {} are listed; use the filter to find the others.", found.listed);
        view! { <p class="muted">{words}</p> }
    });
    let groups = found.groups.into_iter().map(|it| group(it, asked, path)).collect::<Vec<_>>();
    view! {
        {problem}
        <Card title=heading subtitle=found.format icon=IconName::Puzzle>
            <div class="flow">
                {description} {about}
                <div class="cluster">
                    <a class="btn btn-secondary" href=download download="" rel="external">
                        "Download"
                    </a>
                    <span class="muted small">{size}</span>
                </div>
                {text}
            </div>
        </Card>
        {filter}
        {nothing}
        {groups}
        {more}
    }
    .into_any()
}

/// `/catalog/…` of a page as the address of its files, without the tenant's prefix.
fn path_of_file(path: &str) -> String {
    let own = path.find("/catalog/").map_or(path, |at| &path[at..]);
    own.replacen("/catalog/", "/catalog-files/", 1)
}

fn counted(items: u32) -> String {
    if items == 1 { "1 item".to_owned() } else { format!("{items} items") }
}

fn problem(problem: DefinitionProblem) -> AnyView {
    let place = match (problem.line, problem.column) {
        (Some(line), Some(column)) => format!("Line {line}, column {column} of the definition: "),
        (Some(line), None) => format!("Line {line} of the definition: "),
        _ => String::new(),
    };
    view! {
        <Alert tone=Tone::Warning title="Shown as text">
            {place} {problem.message}
        </Alert>
    }
    .into_any()
}

fn group(group: ApiGroup, asked: &ApiQuery, path: &str) -> AnyView {
    let description = (!group.description.is_empty())
        .then(|| view! { <Prose html=group.description compact=true /> });
    let items = group.items.into_iter().map(|it| item(it, asked, path)).collect::<Vec<_>>();
    view! {
        <Section title=group.title>
            {description} <div class="api-items">{items}</div>
        </Section>
    }
    .into_any()
}

fn item(item: ApiItem, asked: &ApiQuery, path: &str) -> AnyView {
    let mut query = ParamsMap::new();
    for (key, value) in [("tab", "api"), ("q", &asked.q), ("item", &item.id)] {
        if !value.is_empty() {
            query.insert(key, value.to_owned());
        }
    }
    let to = format!("{}#{}", query_url(path, &query), item.id);
    let is_asked = asked.item == item.id;
    deferred(move || folded(item, to, is_asked))
}

fn folded(item: ApiItem, to: String, is_asked: bool) -> AnyView {
    let class = match item.sense {
        ApiSense::Read => "api-badge tone-info",
        ApiSense::Write => "api-badge tone-success",
        ApiSense::Remove => "api-badge tone-danger",
        ApiSense::Event => "api-badge tone-accent",
        ApiSense::Type => "api-badge tone-neutral",
    };
    let deprecated =
        item.deprecated.then(|| view! { <Badge tone=Tone::Warning>"deprecated"</Badge> });
    let head = view! {
        <span class=class>{item.badge}</span>
        <span class="api-title mono">{item.title}</span>
        {deprecated}
        <span class="api-summary">{item.summary}</span>
    };
    let Some(details) = item.details else {
        return view! {
            <div class="api-item" id=item.id>
                <a class="api-head" href=to>
                    {head}
                </a>
            </div>
        }
        .into_any();
    };
    let nothing = details
        .is_empty()
        .then(|| view! { <p class="muted">"No further details in the definition."</p> });
    let details = details.into_iter().map(detail).collect::<Vec<_>>();
    view! {
        <details class="api-item" id=item.id open=is_asked>
            <summary class="api-head">{head}</summary>
            <div class="api-body">
                {details} {nothing}
                <a class="link small" href=to>
                    "Link to this"
                </a>
            </div>
        </details>
    }
    .into_any()
}

fn detail(detail: ApiDetail) -> AnyView {
    match detail {
        ApiDetail::Text(html) => view! { <Prose html compact=true /> }.into_any(),
        ApiDetail::Code { title, text } => view! { <CodeBlock code=text title /> }.into_any(),
        ApiDetail::Fields(table) => fields(table),
        ApiDetail::Facts { title, facts } => {
            let facts = facts
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <li>
                            <span class="mono small break">{name}</span>
                            " "
                            <span class="muted">{value}</span>
                        </li>
                    }
                })
                .collect::<Vec<_>>();
            view! {
                <div class="api-part">
                    <p class="api-part-title">{title}</p>
                    <ul class="plain-list">{facts}</ul>
                </div>
            }
            .into_any()
        }
    }
}

fn fields(found: ApiFields) -> AnyView {
    let label = found.title.clone();
    let r#type = (!found.r#type.is_empty())
        .then(|| view! { <span class="mono small muted">{found.r#type}</span> });
    let description = (!found.description.is_empty())
        .then(|| view! { <Prose html=found.description compact=true /> });
    let rows = found.fields.into_iter().map(row).collect::<Vec<_>>();
    let columns = vec![Column::new("Name"), Column::new("Type"), Column::new("Description")];
    let note = (found.more > 0).then(|| format!("and {} more", found.more));
    let table = (!rows.is_empty()).then(|| {
        view! {
            <Table label columns layout=TableLayout::Stack dense=true note>
                {rows}
            </Table>
        }
    });
    view! {
        <div class="api-part">
            <p class="api-part-title">{found.title} " " {r#type}</p>
            {description}
            {table}
        </div>
    }
    .into_any()
}

fn row(field: ApiField) -> AnyView {
    let class = match field.depth {
        0 => "",
        1 => "api-depth-1",
        2 => "api-depth-2",
        3 => "api-depth-3",
        _ => "api-depth-4",
    };
    let marks = field
        .marks
        .into_iter()
        .map(|mark| view! { <span class="api-mark">{mark}</span> })
        .collect::<Vec<_>>();
    let description = (!field.description.is_empty())
        .then(|| view! { <Prose html=field.description compact=true /> });
    let limits = (!field.limits.is_empty())
        .then(|| view! { <p class="muted small break">{field.limits}</p> });
    view! {
        <tr>
            <td class=class>
                <span class="mono break">{field.name}</span>
                " "
                {marks}
            </td>
            <td data-label="Type" class="mono small break">
                {field.r#type}
            </td>
            <td data-label="Description">{description} {limits}</td>
        </tr>
    }
    .into_any()
}
