//! What would break without an entity: how many, whom to notify, and why each is affected.

use crate::catalog::EntityName;
use crate::catalog::api::impact_get;
use crate::catalog::link::name_markup;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::graph::{Impact, ImpactRow};
use std::ops::Range;
use std::sync::Arc;

/// Of a longer chain the middle is left out.
const LONGEST_CHAIN: usize = 5;

/// What depends on an entity, directly or not.
#[component]
pub fn ImpactTab(
    /// The entity.
    entity_ref: String,
    /// What it is called.
    title: String,
    /// The page it stands on.
    path: String,
) -> impl IntoView {
    let about = StoredValue::new(entity_ref);
    let impact = ServerResource::blocking(|| (), move |()| impact_get(about.get_value()));
    let (title, path) = (StoredValue::new(title), StoredValue::new(path));
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(4) /> }>
            {move || Suspend::new(async move {
                match impact.await {
                    Ok(impact) => shown(&Arc::new(impact), &title.get_value()),
                    Err(error) => {
                        let retry_href = format!("{}?tab=impact", path.get_value());
                        view! {
                            <ErrorState
                                title="What depends on it cannot be shown"
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

fn shown(impact: &Arc<Impact>, title: &str) -> AnyView {
    if impact.rows.is_empty() {
        return view! {
            <EmptyState
                title="No dependents"
                text="Dependents are entities that refer to it: dependsOn, consumesApis, consumesDatasets, system, subcomponentOf."
                icon=IconName::Workflow
            />
        }
        .into_any();
    }
    let direct = impact.rows.iter().filter(|row| row.distance == 1).count();
    let all = impact.rows.len();
    let affected = at_least(all, impact.more);
    let asked = impact.owners.len().to_string();
    let more = (impact.more > 0).then(|| {
        let more = impact.more;
        view! {
            <Alert tone=Tone::Warning title="There is more">
                {format!("{all} entities are listed; at least {more} more depend on them.")}
            </Alert>
        }
    });
    let mut distances = Vec::new();
    let mut begin = 0;
    for rows in impact.rows.chunk_by(|left, right| left.distance == right.distance) {
        distances.push(distance(impact, begin..begin + rows.len(), title));
        begin += rows.len();
    }
    view! {
        {more}
        <Card title=format!("If {title} is removed") icon=IconName::TriangleAlert>
            <div class="grid-stats">
                <Stat label="Affected" value=affected />
                <Stat label="Directly" value=direct.to_string() />
                <Stat label="Owners to notify" value=asked />
            </div>
        </Card>
        {owners(impact)}
        {distances}
    }
    .into_any()
}

fn at_least(count: usize, more: u32) -> String {
    if more > 0 { format!("{}+", count + more as usize) } else { count.to_string() }
}

/// Whom to notify, and of how much.
fn owners(impact: &Impact) -> AnyView {
    let rows: Vec<_> = impact
        .owners
        .iter()
        .map(|(owner, count)| {
            view! {
                <li class="cluster">
                    <EntityName link=owner.clone() />
                    <span class="count">{*count}</span>
                </li>
            }
        })
        .collect();
    let unowned = (impact.unowned > 0).then(|| {
        let words = format!("{} of them have no owner.", impact.unowned);
        view! { <p class="muted">{words}</p> }
    });
    view! {
        <Card title="Owners to notify" icon=IconName::Users>
            <div class="flow">
                <ul class="plain-list">{rows}</ul>
                {unowned}
            </div>
        </Card>
    }
    .into_any()
}

/// The rows of one distance.
fn distance(impact: &Arc<Impact>, rows: Range<usize>, title: &str) -> AnyView {
    let heading = match impact.rows[rows.start].distance {
        1 => "Directly".to_owned(),
        steps => format!("{steps} steps away"),
    };
    let (impact, title, base) = (impact.clone(), title.to_owned(), href(""));
    let rows = LongRows::new(rows.len(), move |at| {
        let row = &impact.rows[rows.start + at];
        let owner = row.owner.as_ref().map_or_else(String::new, |link| name_markup(link, &base));
        format!(
            r#"<tr><td>{}</td><td data-label="Owner">{owner}</td><td data-label="Why">{}</td></tr>"#,
            name_markup(&row.entity, &base),
            escaped(&why(&impact, row, &title)),
        )
    });
    let columns = vec![Column::new("Entity"), Column::new("Owner"), Column::new("Why")];
    view! {
        <Section title=heading.clone()>
            <LongTable label=heading columns rows />
        </Section>
    }
    .into_any()
}

/// `depends on Front, which consumes Shop API, which is provided by Shop`.
fn why(impact: &Impact, row: &ImpactRow, title: &str) -> String {
    let behind = row.via.map(|via| impact.path(via)).unwrap_or_default();
    let behind = behind.iter().filter_map(|number| impact.rows.get(*number as usize));
    let rows: Vec<&ImpactRow> = std::iter::once(row).chain(behind).collect();
    let part = rows.last().and_then(|row| row.part.as_ref());
    let end = match part {
        Some(part) => format!("{}, a part of {title}", part.title),
        None => title.to_owned(),
    };
    let next = |at: usize| rows.get(at + 1).map_or(end.as_str(), |row| row.entity.title.as_str());
    let mut steps: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| format!("{} {}", verb(&row.r#type), next(at)))
        .collect();
    if steps.len() > LONGEST_CHAIN {
        let ends = LONGEST_CHAIN / 2;
        let middle = steps.len() - 2 * ends;
        let words = format!("reaches {} after {middle} more steps", next(ends + middle - 1));
        steps.splice(ends..ends + middle, [words]);
    }
    steps.join(", which ")
}

/// How something depends on what comes next.
fn verb(relation_type: &str) -> &'static str {
    match relation_type {
        "partOf" => "is part of",
        "apiProvidedBy" => "is provided by",
        "consumesApi" | "consumesDataset" => "consumes",
        "datasetProducedBy" => "is produced by",
        _ => "depends on",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::catalog::EntityLink;

    fn row(title: &str, r#type: &str, via: Option<u32>) -> ImpactRow {
        let entity = EntityLink {
            entity_ref: format!("component:default/{title}"),
            kind: "Component".into(),
            title: title.into(),
            exists: true,
        };
        ImpactRow { entity, owner: None, distance: 1, via, r#type: r#type.into(), part: None }
    }

    #[test]
    fn a_reason_is_a_sentence() {
        let rows = vec![
            row("API", "apiProvidedBy", None),
            row("Front", "consumesApi", Some(0)),
            row("Late", "dependsOn", Some(1)),
        ];
        let impact = Impact { rows, ..Impact::default() };
        let words = |at: usize| why(&impact, &impact.rows[at], "Shop");
        assert_eq!(words(0), "is provided by Shop");
        assert_eq!(words(2), "depends on Front, which consumes API, which is provided by Shop");
    }

    #[test]
    fn the_middle_of_a_long_chain_is_left_out() {
        let rows = (0..9u32).map(|at| row(&format!("c{at}"), "dependsOn", at.checked_sub(1)));
        let impact = Impact { rows: rows.collect(), ..Impact::default() };
        assert_eq!(
            why(&impact, &impact.rows[8], "Shop"),
            "depends on c7, which depends on c6, which reaches c1 after 5 more steps, which depends on \
             c0, which depends on Shop"
        );
        assert_eq!((at_least(3, 0), at_least(3, 2)), ("3".to_owned(), "5+".to_owned()));
    }
}
