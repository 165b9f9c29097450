//! `/catalog/administration`: how much there is, and what needs somebody, each with its page.

use crate::catalog::api::administration_get;
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::administration::{AdministrationOverview, KindCounts, PendingCounts, SourceCounts};

const SOURCES: &str = "/catalog/sources";
const REMOVALS: &str = "/catalog/administration/removals";
const KINDS: &str = "/catalog/administration/kinds";

/// `/catalog/administration`
#[component]
pub fn CatalogAdministrationPage() -> impl IntoView {
    let overview = ServerResource::blocking(|| (), |()| administration_get());
    view! {
        <Page
            title="Administration"
            subtitle="How much there is, and what needs somebody"
            icon=IconName::Settings
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Stats(4) /> }>
                {move || Suspend::new(async move {
                    match overview.await {
                        Ok(overview) => cards(overview),
                        Err(error) => {
                            view! { <LoadError title="The overview cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

fn cards(found: AdministrationOverview) -> AnyView {
    let AdministrationOverview { sources, pending, removed, kinds, .. } = found;
    let removals = (pending.is_some() || removed.is_some()).then(|| removals(pending, removed));
    view! {
        <div class="overview-cards">
            {catalog(&found)}
            {sources.map(|counts| source_card(counts, found.problems))}
            {removals}
            {kinds.map(kind_card)}
        </div>
    }
    .into_any()
}

fn catalog(found: &AdministrationOverview) -> AnyView {
    let tiles = vec![
        tile(found.entities, ["entity", "entities"], "/catalog", Tone::Neutral),
        tile(found.broken, ["broken", "broken"], "/catalog?state=broken", Tone::Danger),
        tile(found.orphaned, ["orphaned", "orphaned"], "/catalog?state=orphan", Tone::Warning),
        tile(found.locations, ["location", "locations"], "/catalog?kind=location", Tone::Neutral),
    ];
    let note =
        "Entities of the kind Location only point to sources; they do not count as entities.";
    card("Catalog", IconName::Boxes, ("/catalog", "Open the catalog"), tiles, Some(note))
}

fn source_card(counts: SourceCounts, problems: u32) -> AnyView {
    let SourceCounts { total, ok, error, held, waiting } = counts;
    let mut tiles = vec![
        tile(total, ["source", "sources"], SOURCES, Tone::Neutral),
        tile(ok, ["OK", "OK"], SOURCES, Tone::Success),
        tile(error, ["with an error", "with errors"], SOURCES, Tone::Danger),
        tile(problems, ["error", "errors"], "/catalog?state=broken", Tone::Danger),
    ];
    if held > 0 {
        let words = ["with a pending removal", "with pending removals"];
        tiles.push(tile(held, words, REMOVALS, Tone::Warning));
    }
    if waiting > 0 {
        let words = ["not refreshed yet", "not refreshed yet"];
        tiles.push(tile(waiting, words, SOURCES, Tone::Neutral));
    }
    card("Sources", IconName::RefreshCw, (SOURCES, "Open sources"), tiles, None)
}

fn removals(pending: Option<PendingCounts>, removed: Option<u32>) -> AnyView {
    let mut tiles = Vec::new();
    if let Some(PendingCounts { refreshes, entities }) = pending {
        let words = ["entity to be removed", "entities to be removed"];
        tiles.push(tile(entities, words, REMOVALS, Tone::Warning));
        tiles.push(tile(refreshes, ["refresh held", "refreshes held"], REMOVALS, Tone::Warning));
    }
    if let Some(removed) = removed {
        let to = "/catalog/administration/removals#removed-entities";
        let words = ["removed entity to restore", "removed entities to restore"];
        tiles.push(tile(removed, words, to, Tone::Neutral));
    }
    let note =
        "A refresh that would remove many entities of a source is held until somebody decides.";
    let open = (REMOVALS, "Open pending removals");
    card("Pending removals", IconName::Trash2, open, tiles, Some(note))
}

fn kind_card(counts: KindCounts) -> AnyView {
    let tiles = vec![
        tile(counts.own, ["kind of your own", "kinds of your own"], KINDS, Tone::Neutral),
        tile(counts.built_in, ["built-in kind", "built-in kinds"], KINDS, Tone::Neutral),
    ];
    card("Kinds", IconName::Tag, (KINDS, "Open kinds"), tiles, None)
}

fn card(
    title: &'static str,
    icon: IconName,
    (path, open): (&'static str, &'static str),
    tiles: Vec<AnyView>,
    note: Option<&'static str>,
) -> AnyView {
    let note = note.map(|note| view! { <p class="muted small">{note}</p> });
    view! {
        <Card
            title
            icon
            actions=move || {
                view! {
                    <a class="link small" href=href(path)>
                        {open}
                    </a>
                }
            }
        >
            <div class="flow">
                <div class="count-tiles">{tiles}</div>
                {note}
            </div>
        </Card>
    }
    .into_any()
}

/// A figure that leads to what it counts. It has a colour when there is something to look at.
fn tile(count: u32, [one, many]: [&'static str; 2], path: &'static str, tone: Tone) -> AnyView {
    let tone = if count == 0 { Tone::Neutral } else { tone };
    let class = classes(&["count-tile", tone.class()]);
    view! {
        <a class=class href=href(path)>
            <span class="count-tile-number">{grouped(u64::from(count))}</span>
            " "
            <span class="count-tile-label">{if count == 1 { one } else { many }}</span>
        </a>
    }
    .into_any()
}
