//! The widgets in their order, and the controls that change it.

use crate::dashboard::api::LayoutChange;
use crate::dashboard::registry::widget;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use model::dashboard::{DashboardLayout, WidgetKind, WidgetPlacement, WidgetWidth};

/// Every widget that is in sight; while customizing, also what is hidden.
#[component]
pub fn Grid(
    layout: DashboardLayout,
    customizing: bool,
    change: ServerAction<LayoutChange>,
) -> impl IntoView {
    let missing = WidgetKind::ALL
        .into_iter()
        .filter(|kind| layout.widgets.iter().all(|placed| placed.kind != *kind || placed.hidden))
        .collect::<Vec<_>>();
    let rows = layout.rows();
    let empty = rows.is_empty();
    let shown = layout.widgets.into_iter().filter(|placed| !placed.hidden);
    let cells = shown
        .zip(rows)
        .map(|(placed, (_, fills))| view! { <Cell placed fills customizing change /> })
        .collect_view();
    view! {
        {(customizing && !missing.is_empty()).then(|| view! { <Hidden kinds=missing change /> })}
        {empty
            .then(|| {
                view! {
                    <EmptyState
                        title="Every widget is hidden"
                        text="Show again what you want to see."
                        icon=IconName::LayoutDashboard
                    >
                        <LinkButton href=href("/?customize=1") variant=ButtonVariant::Primary>
                            "Customize"
                        </LinkButton>
                    </EmptyState>
                }
            })} <div class="dashboard">{cells}</div>
    }
}

/// One widget, with its controls while customizing.
#[component]
fn Cell(
    placed: WidgetPlacement,
    /// It takes a whole row, though it may be set to half of one.
    fills: bool,
    customizing: bool,
    change: ServerAction<LayoutChange>,
) -> impl IntoView {
    let wide = placed.width == WidgetWidth::Full;
    let toasts = use_toasts();
    let title = placed.kind.title();
    let controls = customizing.then(|| {
        let resize = if wide { ("narrow", "Make narrower") } else { ("widen", "Make wider") };
        view! {
            <div class="dashboard-controls" role="group" aria-label=format!("Customize {title}")>
                <Change kind=placed.kind name="earlier" label="Move up" icon=IconName::ArrowUp change />
                <Change kind=placed.kind name="later" label="Move down" icon=IconName::ArrowDown change />
                <Change kind=placed.kind name=resize.0 label=resize.1 icon=IconName::LayoutTemplate change />
                <div on:submit=move |_| {
                    toasts
                        .show(
                            Toast::new(Tone::Neutral, format!("{title} is hidden"))
                                .undo(move || {
                                    change
                                        .dispatch(LayoutChange {
                                            kind: placed.kind.as_str().to_owned(),
                                            change: "show".to_owned(),
                                        });
                                }),
                        );
                }>
                    <Change kind=placed.kind name="hide" label="Hide" icon=IconName::EyeOff change />
                </div>
            </div>
        }
    });
    view! {
        <div class=if fills { "dashboard-cell dashboard-cell-wide" } else { "dashboard-cell" }>
            {controls} {widget(placed.kind)}
        </div>
    }
}

/// One control: a form of one button.
#[component]
fn Change(
    kind: WidgetKind,
    name: &'static str,
    label: &'static str,
    icon: IconName,
    change: ServerAction<LayoutChange>,
) -> impl IntoView {
    view! {
        <ServerForm action=change>
            <input type="hidden" name="kind" value=kind.as_str() />
            <input type="hidden" name="change" value=name />
            <IconButton icon label=format!("{label}: {}", kind.title()) kind=ButtonKind::Submit />
        </ServerForm>
    }
}

/// What can be shown again.
#[component]
fn Hidden(kinds: Vec<WidgetKind>, change: ServerAction<LayoutChange>) -> impl IntoView {
    let buttons = kinds
        .into_iter()
        .map(|kind| {
            view! {
                <ServerForm action=change>
                    <input type="hidden" name="kind" value=kind.as_str() />
                    <input type="hidden" name="change" value="show" />
                    <Button kind=ButtonKind::Submit icon=IconName::Plus>
                        {kind.title()}
                    </Button>
                </ServerForm>
            }
        })
        .collect_view();
    view! {
        <Card title="Hidden widgets">
            <div class="cluster">{buttons}</div>
        </Card>
    }
}
