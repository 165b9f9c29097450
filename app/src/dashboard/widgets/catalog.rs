//! What is in the catalog, what the person starred, and what needs care.

use crate::catalog::{EntityName, kind_plural};
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::catalog::{CatalogSummary, FacetValue};

/// How many owners are named in the widget.
const OWNERS: usize = 4;

/// Counts by kind, lifecycle and owner; what is broken, orphaned or without a known owner.
#[component]
pub fn CatalogWidget(summary: CatalogSummary) -> impl IntoView {
    if summary.total == 0 && summary.problems.is_empty() {
        return view! {
            <p class="muted">
                "The catalog is empty. "
                <a class="link" href=href("/catalog/register")>
                    "Register a descriptor"
                </a>
                "."
            </p>
        }
        .into_any();
    }
    let tiles = summary
        .kinds
        .iter()
        // They only point to sources; the list leaves them out as well.
        .filter(|kind| kind.value != "location")
        .take(6)
        .map(|kind| {
            let to = href(&format!("/catalog?kind={}", kind.value));
            let label = if kind.count == 1 { kind.label.clone() } else { kind_plural(&kind.value) };
            view! {
                <a class="count-tile" href=to>
                    <span class="count-tile-number">{kind.count}</span>
                    <span class="count-tile-label">{label}</span>
                </a>
            }
        })
        .collect_view();
    let owners = summary.owners.into_iter().take(OWNERS).map(owner).collect_view();
    let segments = summary
        .lifecycles
        .into_iter()
        .map(|value| {
            let to = href(&format!("/catalog?lifecycle={}", value.value));
            Segment::new(value.label, f64::from(value.count)).href(to)
        })
        .collect::<Vec<_>>();
    let lifecycles =
        (!segments.is_empty()).then(|| view! { <StackedBar label="By lifecycle" segments /> });
    let starred = summary.starred.into_iter().map(|link| view! { <li><EntityName link /></li> });
    let starred = starred.collect::<Vec<_>>();
    let starred = (!starred.is_empty()).then(|| {
        view! {
            <div>
                <a class="link small" href=href("/catalog?starred=1")>
                    "Starred"
                </a>
                <ul class="starred-list" aria-label="Starred">
                    {starred}
                </ul>
            </div>
        }
    });
    let problems = summary.problems.len() as u32;
    view! {
        <div class="count-tiles">{tiles}</div>
        {starred}
        {lifecycles}
        <ul class="divided" aria-label="Largest owners">{owners}</ul>
        <div class="cluster">
            {care(summary.broken, ["broken", "broken"], "/catalog?state=broken", Tone::Danger)}
            {care(summary.orphans, ["orphaned", "orphaned"], "/catalog?state=orphan", Tone::Warning)}
            {care(
                problems,
                ["error of a source", "errors of sources"],
                "/catalog/sources",
                Tone::Danger,
            )}
            {care(
                summary.dangling_owners,
                ["owner not in the catalog", "owners not in the catalog"],
                "/catalog",
                Tone::Warning,
            )}
        </div>
    }
    .into_any()
}

fn owner(owner: FacetValue) -> AnyView {
    let to = href(&format!("/catalog?owner={}", owner.value));
    view! {
        <li>
            <a class="list-row" href=to>
                <Avatar name=owner.label.clone() size=AvatarSize::Sm square=true />
                <span class="list-main truncate">{owner.label}</span>
                <span class="num muted">{owner.count}</span>
            </a>
        </li>
    }
    .into_any()
}

/// What needs care is only said when there is some.
fn care(
    count: u32,
    [one, many]: [&'static str; 2],
    path: &'static str,
    tone: Tone,
) -> Option<AnyView> {
    (count > 0).then(|| {
        view! {
            <a href=href(path)>
                <Badge tone icon=IconName::TriangleAlert>
                    {plural(count, one, many)}
                </Badge>
            </a>
        }
        .into_any()
    })
}
