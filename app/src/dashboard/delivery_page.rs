//! `/insights/delivery`: the DORA metrics with the rows they were computed from.

use crate::dashboard::api::dora_rows;
use crate::dashboard::widgets::DoraWidget;
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::dora::{DeploymentRow, DoraReport, IncidentRow};

/// `/insights/delivery`
#[component]
pub fn DeliveryPage() -> impl IntoView {
    let report = ServerResource::blocking(|| (), |()| dora_rows());
    view! {
        <Page
            title="Delivery"
            subtitle="DORA metrics, with the rows behind them"
            breadcrumbs=vec![Crumb::link("Home", href("/")), Crumb::here("Delivery")]
        >
            <Suspense fallback=|| view! { <Skeleton kind=SkeletonKind::Stats(4) /> }>
                {move || Suspend::new(async move {
                    match report.await {
                        Ok(report) => view! { <Report report /> }.into_any(),
                        Err(error) => {
                            view! { <LoadError title="The figures cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Suspense>
        </Page>
    }
}

/// Figures, then rows.
#[component]
fn Report(report: DoraReport) -> impl IntoView {
    let deployments = report.deployments.iter().cloned().map(deployment).collect_view();
    let incidents = report.incidents.iter().cloned().map(incident).collect_view();
    let no_deployments = report.deployments.is_empty();
    let no_incidents = report.incidents.is_empty();
    let count = |shown: usize, all: u32| match shown as u32 == all {
        true => format!("{all} in the last 12 weeks"),
        false => format!("the newest {shown} of {all}"),
    };
    let deployment_count = count(report.deployments.len(), report.deployment_count);
    let incident_count = count(report.incidents.len(), report.incident_count);
    let columns = vec![
        Column::new("Deployment"),
        Column::new("Finished"),
        Column::number("Commits"),
        Column::number("Lead time"),
        Column::new("Outcome"),
    ];
    let incident_columns = vec![
        Column::new("Incident"),
        Column::new("Started"),
        Column::new("Resolved"),
        Column::number("Time to recover"),
    ];
    view! {
        <DoraWidget report />
        <Section title="Deployments" text=deployment_count attr:id="deployments">
            {if no_deployments {
                view! {
                    <p class="muted">
                        "No deployments in this period. What counts as one: "
                        <code>"insights.dora.deployments"</code> "."
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <Table label="Deployments" columns layout=TableLayout::Stack>
                        {deployments}
                    </Table>
                }
                    .into_any()
            }}
        </Section>
        <Section title="Incidents" text=incident_count attr:id="incidents">
            {if no_incidents {
                view! {
                    <p class="muted">
                        "No incidents in this period. Where they come from: "
                        <code>"insights.dora.incidents"</code> "."
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <Table label="Incidents" columns=incident_columns layout=TableLayout::Stack>
                        {incidents}
                    </Table>
                }
                    .into_any()
            }}
        </Section>
    }
}

fn deployment(row: DeploymentRow) -> AnyView {
    let commit: String = row.commit.chars().take(8).collect();
    let outcome = match row.failed {
        true => view! { <Badge tone=Tone::Danger>"failed"</Badge> },
        false => view! { <Badge tone=Tone::Success>"no incident"</Badge> },
    };
    view! {
        <tr>
            <td>
                {row.title} " " <span class="muted small mono">{commit}</span>
            </td>
            <td data-label="Finished">
                <RelativeTime at=row.at />
            </td>
            <td class="num" data-label="Commits">
                {row.commits}
            </td>
            <td class="num" data-label="Lead time">
                {row.lead_minutes.map_or("—".to_owned(), minutes)}
            </td>
            <td data-label="Outcome">{outcome}</td>
        </tr>
    }
    .into_any()
}

fn incident(row: IncidentRow) -> AnyView {
    let resolved = match row.resolved_at {
        Some(at) => view! { <RelativeTime at /> }.into_any(),
        None => view! { <Badge tone=Tone::Danger>"open"</Badge> }.into_any(),
    };
    view! {
        <tr>
            <td>{row.title}</td>
            <td data-label="Started">
                <RelativeTime at=row.created_at />
            </td>
            <td data-label="Resolved">{resolved}</td>
            <td class="num" data-label="Time to recover">
                {row.recovery_minutes.map_or("—".to_owned(), minutes)}
            </td>
        </tr>
    }
    .into_any()
}

/// `2 d 4 h`, `35 min`.
fn minutes(minutes: u64) -> String {
    match minutes {
        0..60 => format!("{minutes} min"),
        60..1440 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d {} h", minutes / 1440, minutes % 1440 / 60),
    }
}
