//! Which view shows which widget. The frame (title, loading, error, source) is written here once;
//! a widget is its content only.

use crate::dashboard::api::widget_get;
use crate::dashboard::widgets::{
    CatalogWidget, DoraWidget, RepositoryWidget, TechdocsWidget, WorldClockWidget,
};
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::dashboard::{WidgetData, WidgetKind};
use model::provenance::Provenance;

/// The view of a widget's data.
fn content(data: WidgetData) -> AnyView {
    match data {
        WidgetData::Dora(report) => view! { <DoraWidget report /> }.into_any(),
        WidgetData::Catalog(summary) => view! { <CatalogWidget summary /> }.into_any(),
        WidgetData::Techdocs(summary) => view! { <TechdocsWidget summary /> }.into_any(),
        WidgetData::WorldClock(clock) => view! { <WorldClockWidget clock /> }.into_any(),
        WidgetData::RepositoryActivity(activity) => {
            view! { <RepositoryWidget activity /> }.into_any()
        }
    }
}

/// Where a widget leads to.
fn more(kind: WidgetKind) -> Option<&'static str> {
    match kind {
        WidgetKind::Dora => Some("/insights/delivery"),
        WidgetKind::Catalog => Some("/catalog"),
        WidgetKind::Techdocs => Some("/docs"),
        WidgetKind::WorldClock | WidgetKind::RepositoryActivity => None,
    }
}

/// A widget: title, menu, loading, error, content, and where the data comes from.
pub fn widget(kind: WidgetKind) -> AnyView {
    let data = ServerResource::streamed(|| (), move |()| widget_get(kind));
    let more = more(kind);
    let actions = move || {
        more.map(|path| {
            view! {
                <LinkButton
                    href=href(path)
                    variant=ButtonVariant::Ghost
                    size=ButtonSize::Sm
                    icon=IconName::ArrowRight
                >
                    "Open"
                    <span class="visually-hidden">" " {kind.title()}</span>
                </LinkButton>
            }
        })
    };
    view! {
        <section class="widget" data-widget=kind.as_str() aria-label=kind.title()>
            <Card title=kind.title() actions>
                <Transition fallback=|| {
                    view! { <Skeleton kind=SkeletonKind::List(4) /> }
                }>
                    {move || Suspend::new(async move {
                        match data.await {
                            Ok(value) => {
                                let source = value.provenance().clone();
                                let content = deferred(move || {
                                    view! { <div class="widget-content">{content(value)}</div> }.into_any()
                                });
                                view! {
                                    {content}
                                    <Source source />
                                }
                                    .into_any()
                            }
                            // What is not connected is no failure.
                            Err(error) if error.is_not_found() => {
                                view! { <p class="muted">{error.message()}</p> }.into_any()
                            }
                            Err(error) => {
                                view! {
                                    <ErrorState
                                        title="This widget cannot be shown"
                                        message=error.message()
                                        on_retry=Callback::new(move |()| data.refetch())
                                        compact=true
                                    />
                                }
                                    .into_any()
                            }
                        }
                    })}
                </Transition>
            </Card>
        </section>
    }
    .into_any()
}

/// Where the data comes from and how old it is.
#[component]
fn Source(source: Provenance) -> impl IntoView {
    view! {
        <p class="widget-source">
            "From " {source.source} ", refreshed " <RelativeTime at=source.as_of />
        </p>
    }
}
