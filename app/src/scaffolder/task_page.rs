//! `/create/tasks/…`: one run, its steps, its live log and what it gave.

use crate::resource::ServerResource;
use crate::scaffolder::api::{TaskCancel, task_get};
use crate::scaffolder::live::follow;
use crate::scaffolder::task_list_page::status_badge;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::task::{OutputLink, StepStatus, TaskEvent, TaskStatus, TaskStep, TaskView};
use model::template::template_path;

/// `/create/tasks/:id`
#[component]
pub fn TaskPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let task = ServerResource::blocking(move || id.get(), task_get);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match task.await {
                    Ok(view) => view! { <Run view task /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Page
                                title="Run"
                                breadcrumbs=vec![
                                    Crumb::link("Create", href("/create")),
                                    Crumb::link("Runs", href("/create/tasks")),
                                ]
                            >
                                <ErrorState
                                    title="This run cannot be shown"
                                    message=error.message()
                                    retry_href=href("/create/tasks")
                                />
                            </Page>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// One run; follows the log as long as it goes on.
#[component]
fn Run(view: TaskView, task: ServerResource<TaskView>) -> impl IntoView {
    let summary = view.summary.clone();
    let steps = RwSignal::new(view.steps);
    let status = RwSignal::new(summary.status);
    let events = RwSignal::new(view.events);
    let last = events.with_untracked(|events| events.last().map_or(0, |event| event.id));
    let stream = href(&format!("/events/tasks/{}?after={last}", summary.id));
    Effect::new(move |_| {
        if summary.status.is_final() {
            return;
        }
        follow(stream.clone(), move |event| {
            steps.update(|steps| apply(steps, &event));
            let ended = event.r#type == "completion";
            if status.get_untracked() == TaskStatus::Open {
                status.set(TaskStatus::Processing);
            }
            events.update(|events| {
                if events.last().is_none_or(|last| last.id < event.id) {
                    events.push(event);
                }
            });
            if ended {
                // The output comes with the whole run.
                task.refetch();
            }
        });
    });
    let title = summary.template.title.clone();
    let short: String = summary.id.chars().take(8).collect();
    let again = href(&template_path(&summary.template.entity_ref));
    let cancel = ServerAction::<TaskCancel>::new();
    let id = summary.id.clone();
    let actions = move || {
        let (id, again) = (id.clone(), again.clone());
        view! {
            {move || match status.get().is_final() {
                false => {
                    let id = id.clone();
                    view! {
                        <ServerForm action=cancel>
                            <input type="hidden" name="id" value=id />
                            <Button
                                kind=ButtonKind::Submit
                                variant=ButtonVariant::Danger
                                icon=IconName::CircleX
                                loading=cancel.pending()
                            >
                                "Stop"
                            </Button>
                        </ServerForm>
                    }
                        .into_any()
                }
                true => {
                    view! {
                        <LinkButton href=again.clone() icon=IconName::RotateCcw>
                            "Start another"
                        </LinkButton>
                    }
                        .into_any()
                }
            }}
        }
    };
    let output = view.output;
    let has_output = !output.links.is_empty() || !output.text.is_empty();
    let links = output.links.into_iter().map(output_link).collect_view();
    let texts = output
        .text
        .into_iter()
        .map(|text| {
            view! {
                <Section title=text.title>
                    <Prose html=text.html compact=true />
                </Section>
            }
        })
        .collect_view();
    let refused = move || {
        let error = cancel.value().get()?.err()?;
        Some(view! { <Alert tone=Tone::Danger title=error.message()>""</Alert> })
    };
    view! {
        <Page
            title=title.clone()
            subtitle=format!("Run {short}")
            breadcrumbs=vec![
                Crumb::link("Create", href("/create")),
                Crumb::link("Runs", href("/create/tasks")),
                Crumb::here(title),
            ]
            badges=move || view! { <span data-task-status=move || status.get().as_str()>{move || status_badge(status.get())}</span> }
            actions
        >
            {refused}
            {view
                .error
                .map(|message| {
                    view! {
                        <Alert tone=Tone::Danger title="The run failed">
                            <p>{message}</p>
                        </Alert>
                    }
                })}
            {has_output
                .then(|| {
                    view! {
                        <Card title="What it made" icon=IconName::CircleCheck>
                            <div class="cluster">{links}</div>
                            {texts}
                        </Card>
                    }
                })}
            <Card title="Steps">
                {move || {
                    let steps = steps.get().into_iter().map(step).collect::<Vec<_>>();
                    view! { <Stepper label="Steps of the run" steps /> }
                }}
            </Card>
            <Card title="Log" flush=true>
                <LogView label="Log of the run" lines=Signal::derive(move || events.read().len())>
                    <For each=move || events.get() key=|event| event.id let:event>
                        <LogLine level=level(&event) text=event.message.clone() />
                    </For>
                </LogView>
            </Card>
            <noscript>
                <p class="muted">
                    "Without script the log does not grow by itself: reload the page to see more."
                </p>
            </noscript>
            <p class="muted small">
                "Asked for by " {summary.created_by} " " <RelativeTime at=summary.created_at />
            </p>
        </Page>
    }
}

fn output_link(link: OutputLink) -> AnyView {
    match (link.entity, link.url) {
        (Some(entity), _) => view! {
            <LinkButton
                href=href(&entity.path())
                variant=ButtonVariant::Primary
                icon=IconName::Boxes
            >
                {link.title}
            </LinkButton>
        }
        .into_any(),
        (None, Some(url)) => {
            view! { <ExternalLink href=url>{link.title}</ExternalLink> }.into_any()
        }
        (None, None) => ().into_any(),
    }
}

fn step(step: TaskStep) -> Step {
    let state = match step.status {
        StepStatus::Open => StepState::Waiting,
        StepStatus::Processing => StepState::Active,
        StepStatus::Completed => StepState::Done,
        StepStatus::Failed => StepState::Failed,
        StepStatus::Skipped | StepStatus::Cancelled => StepState::Skipped,
    };
    let detail = match (step.started_at, step.finished_at) {
        (Some(start), Some(end)) => format!("{:.1} s", start.until(end) as f64 / 1000.0),
        _ => step.action,
    };
    Step::new(step.name, state).detail(detail)
}

/// What a line says about its step.
fn apply(steps: &mut [TaskStep], event: &TaskEvent) {
    let status = event.status.as_deref().and_then(StepStatus::parse);
    let (Some(status), Some(id)) = (status, &event.step_id) else { return };
    let Some(step) = steps.iter_mut().find(|step| step.id == *id) else { return };
    step.status = status;
    match status {
        StepStatus::Processing => step.started_at = Some(event.created_at),
        _ => step.finished_at = Some(event.created_at),
    }
}

fn level(event: &TaskEvent) -> LogLevel {
    match (event.status.as_deref(), event.r#type.as_str()) {
        (Some("failed"), _) => LogLevel::Error,
        (Some("cancelled"), _) | (_, "recovered" | "cancelled") => LogLevel::Warning,
        (Some("processing"), _) | (_, "completion") => LogLevel::Heading,
        _ => LogLevel::Info,
    }
}
