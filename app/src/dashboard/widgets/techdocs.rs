//! Documentation sites, when they were built, and how much of the catalog has one.

use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::docs::{DocsSummary, DocsSummarySite};

/// How many sites are named in the widget.
const SITES: usize = 5;

/// Coverage and the sites built last.
#[component]
pub fn TechdocsWidget(summary: DocsSummary) -> impl IntoView {
    let Some(percent) = summary.coverage_percent() else {
        return view! {
            <p class="muted">"Not enough data: no entity in the catalog could have documentation."</p>
        }
        .into_any();
    };
    let all = summary.with_docs + summary.without_docs;
    let sites = summary.sites.into_iter().take(SITES).map(site).collect_view();
    let none = (summary.with_docs == 0).then(|| {
        view! {
            <p class="muted">
                "Add the annotation " <code>"backstage.io/techdocs-ref: dir:."</code>
                " to a descriptor that lies beside its documentation."
            </p>
        }
    });
    view! {
        <Stat
            label="Coverage"
            href=href("/docs")
            value=percent.to_string()
            unit="%"
            trend=None
            band=None
            help=format!("{} of {all} components, APIs, systems and domains have documentation", summary.with_docs)
        />
        <ul class="divided" aria-label="Sites">{sites}</ul>
        {none}
    }
    .into_any()
}

fn site(site: DocsSummarySite) -> AnyView {
    let to = href(&site.path());
    let built = match site.last_built {
        Some(at) => view! { <RelativeTime at /> }.into_any(),
        None => view! { <Badge tone=Tone::Danger>"cannot be read"</Badge> }.into_any(),
    };
    view! {
        <li>
            <a class="list-row" href=to>
                <Icon icon=IconName::BookOpen />
                <span class="list-main truncate">{site.title}</span>
                <span class="muted small nowrap">{built}</span>
            </a>
        </li>
    }
    .into_any()
}
