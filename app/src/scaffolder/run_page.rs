//! `/create/runs/…`: one run, its results, its steps and its live log.

use crate::catalog::AuthorName;
use crate::failed::{FailedPage, WayOut};
use crate::resource::ServerResource;
use crate::scaffolder::api::{TaskCancel, task_get};
use crate::scaffolder::live::follow;
use crate::scaffolder::run_list_page::status_badge;
use crate::session::{ServerForm, forget_sent_drafts, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::task::{
    OutputLink, StepStatus, TaskEvent, TaskOutput, TaskStatus, TaskStep, TaskView, step_of,
};
use model::template::template_path;

/// `/create/runs/:id`
#[component]
pub fn RunPage() -> impl IntoView {
    // Whoever started a run comes here.
    forget_sent_drafts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let task = ServerResource::blocking(move || id.get(), task_get);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match task.await {
                    Ok(view) => view! { <Run view task /> }.into_any(),
                    Err(error) => {
                        let what = format!("Run {}", id.get_untracked());
                        let list = WayOut { label: "Runs", path: "/create/runs" };
                        view! { <FailedPage what error list /> }.into_any()
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
        // It ended between the reading of the run and that of its log.
        let is_over = |event: &TaskEvent| event.r#type == "completion";
        if events.with_untracked(|events| events.iter().any(is_over)) {
            task.refetch();
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
    let again =
        href(&format!("{}?run={}", template_path(&summary.template.entity_ref), summary.id));
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
                            "Start again"
                        </LinkButton>
                    }
                        .into_any()
                }
            }}
        }
    };
    let refused = move || {
        let error = cancel.value().get()?.err()?;
        Some(view! { <Alert tone=Tone::Danger title=error.message()>""</Alert> })
    };
    let failure = view.error.map(|message| {
        let title = match summary.status {
            TaskStatus::Cancelled => "The run was stopped",
            _ => "The run failed",
        };
        view! {
            <Alert tone=Tone::Danger title=title>
                <p>{message}</p>
            </Alert>
        }
    });
    let took = summary.finished_at.map(|end| {
        let seconds = summary.created_at.until(end) as f64 / 1000.0;
        format!(" · took {}", duration(seconds))
    });
    let step_list = move || {
        let events = events.read();
        let line_of = |id: &str| {
            events.iter().find(|event| event.step_id.as_deref() == Some(id)).map(|event| event.id)
        };
        let steps = steps.get().into_iter().map(|one| {
            let line = line_of(&one.id);
            let step = step(one);
            match line {
                Some(line) => step.href(format!("#line-{line}")),
                None => step,
            }
        });
        let steps = steps.collect::<Vec<_>>();
        view! { <Stepper label="Steps of the run" steps /> }
    };
    // What went well is folded away; what goes on or went wrong is seen.
    let is_open = summary.status != TaskStatus::Completed;
    view! {
        <Page
            title=title.clone()
            title_parts=vec![short.clone(), "Runs".to_owned()]
            subtitle=format!("Run {short}")
            breadcrumbs=vec![
                Crumb::link("Create", href("/create")),
                Crumb::link("Runs", href("/create/runs")),
                Crumb::here(title),
            ]
            badges=move || view! { <span data-task-status=move || status.get().as_str()>{move || status_badge(status.get())}</span> }
            actions
        >
            {refused}
            {failure}
            <Results output=view.output />
            <div class="run-layout">
                <Card title="Steps" class="run-steps">
                    {step_list}
                    <p class="run-facts muted small">
                        "Started by " <AuthorName author=summary.created_by.clone() /> " "
                        <RelativeTime at=summary.created_at /> {took}
                    </p>
                </Card>
                <div class="run-side">
                    <details class="fold run-log" open=is_open>
                        <summary>
                            "Log"
                            <span class="muted small">
                                {move || lines_in_words(events.read().len())}
                            </span>
                        </summary>
                        <LogView
                            label="Log of the run"
                            lines=Signal::derive(move || events.read().len())
                        >
                            <For each=move || events.get() key=|event| event.id let:event>
                                <LogLine
                                    attr:id=format!("line-{}", event.id)
                                    level=level(&event)
                                    text=event.message.clone()
                                />
                            </For>
                        </LogView>
                        <noscript>
                            <p class="muted">
                                "Without script the log does not grow by itself: reload the page to see more."
                            </p>
                        </noscript>
                    </details>
                    <Parameters values=view.parameters />
                </div>
            </div>
        </Page>
    }
}

/// What the run gave: where to go next, and what to read.
#[component]
fn Results(output: TaskOutput) -> impl IntoView {
    let is_there = !output.links.is_empty() || !output.text.is_empty();
    let links = output.links.into_iter().map(output_link).collect_view();
    let texts = output.text.into_iter().map(|text| {
        view! {
            <Section title=text.title>
                <Prose html=text.html compact=true />
            </Section>
        }
    });
    let texts = texts.collect_view();
    is_there.then(|| {
        view! {
            <Card title="Results" icon=IconName::CircleCheck>
                <div class="run-results">
                    <div class="cluster">{links}</div>
                    {texts}
                </div>
            </Card>
        }
    })
}

/// The values the run was started with.
#[component]
fn Parameters(values: serde_json::Value) -> impl IntoView {
    let entries = values.as_object().cloned().unwrap_or_default();
    let items = entries.into_iter().map(|(name, value)| {
        let text = match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        view! {
            <KeyValueItem label=name>
                <span class="break">{text}</span>
            </KeyValueItem>
        }
    });
    let items = items.collect::<Vec<_>>();
    (!items.is_empty()).then(|| {
        view! {
            <details class="fold">
                <summary>"Values"</summary>
                <KeyValue>{items}</KeyValue>
            </details>
        }
    })
}

fn lines_in_words(count: usize) -> String {
    format!(" {count} {}", if count == 1 { "line" } else { "lines" })
}

/// `0.4 s`, `2 min 5 s`.
fn duration(seconds: f64) -> String {
    match seconds {
        ..60.0 => format!("{seconds:.1} s"),
        _ => format!("{} min {} s", seconds as u64 / 60, seconds as u64 % 60),
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
        (Some(start), Some(end)) => duration(start.until(end) as f64 / 1000.0),
        _ => step.action,
    };
    Step::new(step.name, state).detail(detail)
}

/// What a line says about its step.
fn apply(steps: &mut [TaskStep], event: &TaskEvent) {
    let status = event.status.as_deref().and_then(StepStatus::parse);
    let Some(status) = status else { return };
    let Some(step) = step_of(steps, event).and_then(|at| steps.get_mut(at)) else { return };
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
