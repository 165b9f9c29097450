//! `/docs`: every documentation site.

use crate::ahead;
use crate::resource::ServerResource;
use crate::session::href;
use crate::techdocs::api::site_list;
use crate::ui::*;
use leptos::prelude::*;
use model::docs::{DocsSummary, DocsSummarySite};

/// `/docs`
#[component]
pub fn DocsListPage() -> impl IntoView {
    let sites = ServerResource::blocking(|| (), |()| ahead::answer("sites", site_list));
    view! {
        <Page title="Docs" subtitle="Documentation kept beside the code">
            <Suspense fallback=|| view! { <Skeleton kind=SkeletonKind::List(5) /> }>
                {move || Suspend::new(async move {
                    match sites.await {
                        Ok(summary) => view! { <Sites summary /> }.into_any(),
                        Err(error) => {
                            view! {
                                <ErrorState
                                    title="The sites could not be loaded"
                                    message=error.message()
                                    retry_href=href("/docs")
                                />
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </Page>
    }
}

/// One card a site.
#[component]
fn Sites(summary: DocsSummary) -> impl IntoView {
    if summary.sites.is_empty() {
        return view! {
            <EmptyState
                title="No documentation yet"
                text="Add the annotation backstage.io/techdocs-ref: dir:. to a catalog-info.yaml that has its documentation beside it."
                icon=IconName::BookOpen
            >
                <LinkButton href=href("/create/templates/default/docs-site")>
                    "Start a documentation site"
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let cards = summary.sites.into_iter().map(card).collect_view();
    view! { <div class="grid-cards">{cards}</div> }.into_any()
}

fn card(site: DocsSummarySite) -> AnyView {
    let to = href(&site.path());
    let built = match site.last_built {
        Some(at) => view! { "Last changed " <RelativeTime at /> }.into_any(),
        None => view! { <Badge tone=Tone::Danger>"Error"</Badge> }.into_any(),
    };
    view! {
        <Card title=site.title href=to icon=IconName::BookOpen>
            <p class="muted small mono">{site.entity_ref}</p>
            <p class="muted small">{built}</p>
        </Card>
    }
    .into_any()
}
