//! Which view shows which widget. The frame (title, loading, error, source) is written here once;
//! a widget is its content only.

use crate::dashboard::api;
use crate::dashboard::widgets::{
    CatalogWidget, DoraWidget, RepositoryWidget, TechdocsWidget, WorldClockWidget,
};
use crate::error::AppError;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::dashboard::WidgetKind;
use model::provenance::Provenance;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The view of a widget.
pub fn widget(kind: WidgetKind) -> AnyView {
    match kind {
        WidgetKind::Dora => frame(
            kind,
            Some("/insights/delivery"),
            api::dora_get,
            |data| data.provenance.clone(),
            |data| view! { <DoraWidget report=data /> }.into_any(),
        ),
        WidgetKind::Catalog => frame(
            kind,
            Some("/catalog"),
            api::catalog_get,
            |data| data.provenance.clone(),
            |data| view! { <CatalogWidget summary=data /> }.into_any(),
        ),
        WidgetKind::Techdocs => frame(
            kind,
            Some("/docs"),
            api::docs_get,
            |data| data.provenance.clone(),
            |data| view! { <TechdocsWidget summary=data /> }.into_any(),
        ),
        WidgetKind::WorldClock => frame(
            kind,
            None,
            api::clock_get,
            |data| data.provenance.clone(),
            |data| view! { <WorldClockWidget clock=data /> }.into_any(),
        ),
        WidgetKind::RepositoryActivity => frame(
            kind,
            None,
            api::repository_get,
            |data| data.provenance.clone(),
            |data| view! { <RepositoryWidget activity=data /> }.into_any(),
        ),
    }
}

/// Title, menu, loading, error, and where the data comes from.
fn frame<T, Fut>(
    kind: WidgetKind,
    more: Option<&'static str>,
    load: fn() -> Fut,
    provenance: fn(&T) -> Provenance,
    content: fn(T) -> AnyView,
) -> AnyView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let data = Resource::new(|| (), move |()| load());
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
                                let source = provenance(&value);
                                view! {
                                    <div class="widget-content">{content(value)}</div>
                                    <Source source />
                                }
                                    .into_any()
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
            "From " {source.source} ", read " <RelativeTime at=source.as_of />
        </p>
    }
}
