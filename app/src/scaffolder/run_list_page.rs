//! `/create/runs`: the newest runs.

use crate::catalog::AuthorName;
use crate::resource::ServerResource;
use crate::scaffolder::api::task_list;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::task::{TaskStatus, TaskSummary};

/// `/create/runs`, and `/create/runs?by=me` for one's own.
#[component]
pub fn RunListPage() -> impl IntoView {
    let query = use_query_map();
    let mine = Memo::new(move |_| query.read().get("by").as_deref() == Some("me"));
    let tasks = ServerResource::blocking(move || mine.get(), task_list);
    let tabs = move || {
        let mine = mine.get();
        vec![
            Tab::new("All", href("/create/runs"), !mine),
            Tab::new("Mine", href("/create/runs?by=me"), mine),
        ]
    };
    view! {
        <Page
            title="Runs"
            subtitle="Runs of templates, the newest first"
            breadcrumbs=vec![Crumb::link("Create", href("/create")), Crumb::here("Runs")]
            tabs=move || view! { {move || view! { <Tabs label="Whose runs" tabs=tabs() /> }} }
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table(6, 4) /> }>
                {move || Suspend::new(async move {
                    match tasks.await {
                        Ok(list) if list.is_empty() => {
                            view! {
                                <EmptyState
                                    title="No runs yet"
                                    text="A run starts when somebody fills in a template's form."
                                    icon=IconName::ListChecks
                                >
                                    <LinkButton
                                        href=href("/create")
                                        variant=ButtonVariant::Primary
                                    >
                                        "Use a template"
                                    </LinkButton>
                                </EmptyState>
                            }
                                .into_any()
                        }
                        Ok(list) => {
                            let rows = list.into_iter().map(row).collect_view();
                            let columns = vec![
                                Column::new("Run"),
                                Column::new("Status"),
                                Column::new("By"),
                                Column::new("Started"),
                            ];
                            view! {
                                <Table label="Runs" columns layout=TableLayout::Stack>
                                    {rows}
                                </Table>
                            }
                                .into_any()
                        }
                        Err(error) => {
                            view! {
                                <ErrorState
                                    title="The runs cannot be shown"
                                    message=error.message()
                                    retry_href=href("/create/runs")
                                />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

/// A run's status as a badge.
pub fn status_badge(status: TaskStatus) -> AnyView {
    let (tone, text) = match status {
        TaskStatus::Open => (Tone::Neutral, "waiting"),
        TaskStatus::Processing => (Tone::Info, "running"),
        TaskStatus::Completed => (Tone::Success, "completed"),
        TaskStatus::Failed => (Tone::Danger, "failed"),
        TaskStatus::Cancelled => (Tone::Warning, "stopped"),
    };
    view! { <Badge tone>{text}</Badge> }.into_any()
}

fn row(task: TaskSummary) -> AnyView {
    let to = href(&format!("/create/runs/{}", task.id));
    let short: String = task.id.chars().take(8).collect();
    view! {
        <tr>
            <td>
                <a href=to>{task.template.title}</a>
                " "
                <span class="muted small mono">{short}</span>
            </td>
            <td data-label="Status">{status_badge(task.status)}</td>
            <td data-label="By"><AuthorName author=task.created_by /></td>
            <td data-label="Started">
                <RelativeTime at=task.created_at />
            </td>
        </tr>
    }
    .into_any()
}
