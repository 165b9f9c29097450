//! `/`: what waits for the person, the widgets, and customizing them.

use crate::dashboard::api::{LayoutChange, layout_get};
use crate::dashboard::grid::Grid;
use crate::dashboard::panels::Panels;
use crate::resource::ServerResource;
use crate::session::{ServerForm, href, use_session};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::dashboard::DashboardLayout;

/// `/`, and `/?customize=1` while customizing.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let query = use_query_map();
    let customizing = Memo::new(move |_| query.read().get("customize").is_some());
    let change = ServerAction::<LayoutChange>::new();
    let layout = ServerResource::blocking(move || change.version().get(), |_| layout_get());
    let name = use_session().person.map(|person| person.display_name);
    let greeting = match name {
        Some(name) => format!("Welcome back, {}", name.split(' ').next().unwrap_or_default()),
        None => "Welcome".to_owned(),
    };
    view! {
        <Page
            title="Home"
            subtitle=greeting
            actions=move || view! { <CustomizeSwitch customizing change /> }
        >
            <Panels />
            <Transition fallback=|| {
                view! { <Skeleton kind=SkeletonKind::Block /> }
            }>
                {move || Suspend::new(async move {
                    // A layout that cannot be read is no reason to show nothing.
                    let layout = layout.await.unwrap_or_else(|_| DashboardLayout::default());
                    view! { <Grid layout customizing=customizing.get() change /> }
                })}
            </Transition>
        </Page>
    }
}

/// Begins and ends customizing; works without script.
#[component]
fn CustomizeSwitch(customizing: Memo<bool>, change: ServerAction<LayoutChange>) -> impl IntoView {
    move || match customizing.get() {
        false => view! {
            <LinkButton href=href("/?customize=1") icon=IconName::SlidersHorizontal>
                "Customize"
            </LinkButton>
        }
        .into_any(),
        true => view! {
            <ServerForm action=change>
                <input type="hidden" name="kind" value="" />
                <input type="hidden" name="change" value="reset" />
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Ghost>"Reset"</Button>
            </ServerForm>
            <LinkButton href=href("/") variant=ButtonVariant::Primary icon=IconName::Check>
                "Done"
            </LinkButton>
        }
        .into_any(),
    }
}
