//! The history of an entity: its versions, what differs between two of them, and any moment.

use crate::catalog::AuthorName;
use crate::catalog::api::{entity_as_of_get, entity_diff_get, entity_history_get};
use crate::catalog::changes::ChangeTable;
use crate::error::AppError;
use crate::resource::ServerResource;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::history::{Change, EntityAt, EntityDiff, EntityHistory, Version};
use model::time::{Timestamp, civil, parse_utc, rfc3339};

/// What the address asks for beside the list: two versions to compare, or a moment.
#[derive(Clone, PartialEq)]
struct Asked {
    from: Option<i64>,
    to: Option<i64>,
    at: String,
}

/// Versions of an entity; `?from=` and `?to=` name two to compare, `?at=` a moment.
#[component]
pub fn HistoryTab(
    /// Whose history.
    entity_ref: String,
    /// The page it stands on.
    path: String,
) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let number = |key: &str| query.get(key).and_then(|text| text.parse().ok());
        Asked { from: number("from"), to: number("to"), at: query.get("at").unwrap_or_default() }
    });
    let about = StoredValue::new(entity_ref.clone());
    let history = ServerResource::blocking(|| (), move |()| entity_history_get(about.get_value()));
    let then = ServerResource::blocking(
        move || asked.get().at,
        move |at| async move {
            match parse_utc(&at) {
                Some(at) => entity_as_of_get(about.get_value(), at.0).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let compared = ServerResource::blocking(
        move || (asked.get().from, asked.get().to),
        move |versions| async move {
            match versions {
                (None, None) => Ok(None),
                (from, to) => entity_diff_get(about.get_value(), from, to).await.map(Some),
            }
        },
    );
    let path = StoredValue::new(path);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(4) /> }>
            {move || Suspend::new(async move {
                let (at, diff) = (then.await.transpose(), compared.await.transpose());
                let asked = asked.get();
                let path = path.get_value();
                match history.await {
                    Ok(history) => {
                        view! {
                            <Forms history=history.clone() asked=asked.clone() path=path.clone() />
                            {at.map(as_of)}
                            {diff.map(difference)}
                            <Versions history path />
                        }
                            .into_any()
                    }
                    Err(error) => {
                        view! {
                            <ErrorState
                                title="The history cannot be shown"
                                message=error.message()
                                retry_href=format!("{path}?tab=history")
                            />
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Two versions to compare, and a moment to look at.
#[component]
fn Forms(history: EntityHistory, asked: Asked, path: String) -> impl IntoView {
    let choices: Vec<Choice> = history
        .versions
        .iter()
        .map(|version| {
            let label = format!("{} · {}", when(version.at), version.change.name());
            Choice::new(version.id.to_string(), label)
        })
        .collect();
    let chosen = |id: Option<i64>, otherwise: Option<&Version>| {
        id.or(otherwise.map(|version| version.id)).map(|id| id.to_string()).unwrap_or_default()
    };
    let from = chosen(asked.from, history.versions.last());
    let to = chosen(asked.to, history.versions.first());
    let compare = (choices.len() > 1).then(|| {
        let (action, choices_to) = (path.clone(), choices.clone());
        view! {
            <form method="get" action=action class="history-form">
                <input type="hidden" name="tab" value="history" />
                <Select name="from" label="From" choices value=from />
                <Select name="to" label="To" choices=choices_to value=to />
                <Button kind=ButtonKind::Submit>"Compare"</Button>
            </form>
        }
    });
    view! {
        <Card title="Compare versions" icon=IconName::History>
            <div class="flow">
                {compare}
                <form method="get" action=path class="history-form">
                    <input type="hidden" name="tab" value="history" />
                    <TextInput
                        name="at"
                        label="As of (UTC)"
                        kind=InputKind::DateTime
                        value=asked.at
                        required=true
                    />
                    <Button kind=ButtonKind::Submit>"Show"</Button>
                </form>
            </div>
        </Card>
    }
}

/// The list of versions.
#[component]
fn Versions(history: EntityHistory, path: String) -> impl IntoView {
    let rows = history
        .versions
        .into_iter()
        .map(|version| {
            let to = format!("{path}?tab=history&to={}", version.id);
            let (icon, tone) = mark(version.change);
            let fields = match version.fields.len() {
                0 => String::new(),
                1..=4 => version.fields.join(", "),
                count => format!("{} and {} more", version.fields[..3].join(", "), count - 3),
            };
            view! {
                <TimelineItem icon tone at=version.at>
                    <p>
                        <a class="link" href=to>
                            {sentence(version.change)}
                        </a>
                        " by "
                        <AuthorName author=version.author />
                    </p>
                    <p class="muted small break">{fields}</p>
                    <p class="muted small break">{version.source}</p>
                </TimelineItem>
            }
        })
        .collect_view();
    let cut =
        history.cut.then(|| view! { <p class="muted">"Earlier versions are not stored."</p> });
    view! {
        <Card title="Versions" icon=IconName::Clock>
            <Timeline label="Versions">{rows}</Timeline>
            {cut}
        </Card>
    }
}

fn as_of(found: Result<EntityAt, AppError>) -> AnyView {
    match found {
        Ok(EntityAt { at, yaml: Some(yaml), .. }) => {
            view! { <CodeBlock code=yaml title=format!("As of {}", rfc3339(at)) numbers=true /> }
                .into_any()
        }
        Ok(EntityAt { at, .. }) => view! {
            <Alert>{format!("At {} it was not in the catalog.", rfc3339(at))}</Alert>
        }
        .into_any(),
        Err(error) => view! { <Alert tone=Tone::Warning>{error.message()}</Alert> }.into_any(),
    }
}

fn difference(found: Result<EntityDiff, AppError>) -> AnyView {
    let diff = match found {
        Ok(diff) => diff,
        Err(error) => {
            return view! { <Alert tone=Tone::Warning>{error.message()}</Alert> }.into_any();
        }
    };
    let title = match &diff.from {
        Some(from) => format!("From {} to {}", when(from.at), when(diff.to.at)),
        None => format!("{} at {}", sentence(diff.to.change), when(diff.to.at)),
    };
    if diff.fields.is_empty() {
        return view! {
            <Card title>
                <EmptyState title="No differences" compact=true />
            </Card>
        }
        .into_any();
    }
    view! {
        <Card title>
            <ChangeTable label="Differences" heads=["Before", "After"] fields=diff.fields />
        </Card>
    }
    .into_any()
}

/// `2026-11-21 15:41:07`
fn when(at: Timestamp) -> String {
    let (year, month, day, hour, minute, second) = civil(at);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

fn sentence(change: Change) -> &'static str {
    match change {
        Change::Added => "Added",
        Change::Changed => "Changed",
        Change::Orphaned => "Orphaned",
        Change::Edited => "Edited in the portal",
        Change::Removed => "Removed",
        Change::Restored => "Restored",
        Change::Kept => "Kept",
    }
}

fn mark(change: Change) -> (IconName, Tone) {
    match change {
        Change::Added | Change::Restored => (IconName::Plus, Tone::Success),
        Change::Edited => (IconName::Pencil, Tone::Accent),
        Change::Removed => (IconName::Trash2, Tone::Danger),
        Change::Orphaned | Change::Kept => (IconName::TriangleAlert, Tone::Warning),
        Change::Changed => (IconName::Circle, Tone::Neutral),
    }
}
