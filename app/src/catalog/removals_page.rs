//! `/catalog/administration/removals`: pending removals, and what was removed.

use crate::catalog::api::{EntityRestore, HeldAccept, HeldReject, held_runs, removed_list};
use crate::catalog::{AuthorName, EntityName};
use crate::error::AppError;
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use model::history::{HeldRun, RemovedEntities, RemovedEntity};

/// `/catalog/administration/removals`
#[component]
pub fn CatalogRemovalsPage() -> impl IntoView {
    let accept = ServerAction::<HeldAccept>::new();
    let reject = ServerAction::<HeldReject>::new();
    let restore = ServerAction::<EntityRestore>::new();
    let changes = move || (accept.version().get(), reject.version().get(), restore.version().get());
    let held = ServerResource::blocking(changes, |_| held_runs());
    let removed = ServerResource::blocking(changes, |_| removed_list());
    let refused = move || {
        let outcomes = [accept.value().get(), reject.value().get(), restore.value().get()];
        let errors = outcomes.into_iter().flatten().filter_map(Result::err);
        errors
            .map(|error: AppError| view! { <Alert tone=Tone::Danger>{error.message()}</Alert> })
            .collect_view()
    };
    view! {
        <Page
            title="Pending removals"
            subtitle="What a refresh would remove, and what was removed"
            icon=IconName::Trash2
            breadcrumbs=vec![
                Crumb::link("Administration", href("/catalog/administration")),
                Crumb::here("Pending removals"),
            ]
        >
            {refused}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(4) /> }>
                {move || Suspend::new(async move {
                    let (held, removed) = (held.await, removed.await);
                    view! {
                        <Card title="Held refreshes" icon=IconName::Shield>
                            {answered(held, |runs| held_list(runs, accept, reject))}
                        </Card>
                        <Card
                            title="Removed entities"
                            icon=IconName::History
                            attr:id="removed-entities"
                        >
                            {answered(removed, |removed| removed_table(removed, restore))}
                        </Card>
                    }
                })}
            </Transition>
        </Page>
    }
}

fn answered<T>(found: Result<T, AppError>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    match found {
        Ok(found) => show(found),
        Err(error) => view! { <ErrorState message=error.message() compact=true /> }.into_any(),
    }
}

fn held_list(
    runs: Vec<HeldRun>,
    accept: ServerAction<HeldAccept>,
    reject: ServerAction<HeldReject>,
) -> AnyView {
    if runs.is_empty() {
        return view! {
            <EmptyState
                title="No pending removals"
                text="A refresh that would remove many entities of a source is held here until somebody decides."
                compact=true
            />
        }
        .into_any();
    }
    let rows = runs.into_iter().enumerate().map(|(index, run)| {
        let (key, same_key) = (run.source_key.clone(), run.source_key);
        let remove: ConfirmForm = Box::new(move |question| {
            let key = key.clone();
            view! {
                <ServerForm action=accept class="flow">
                    <input type="hidden" name="source_key" value=key />
                    {question}
                </ServerForm>
            }
            .into_any()
        });
        let keep: ConfirmForm = Box::new(move |question| {
            let key = same_key.clone();
            view! {
                <ServerForm action=reject class="flow">
                    <input type="hidden" name="source_key" value=key />
                    {question}
                </ServerForm>
            }
            .into_any()
        });
        let listed = run.entities.len() as u32;
        let more = (run.total > listed).then(|| format!("and {} more", run.total - listed));
        let names = run.entities.into_iter().map(|link| view! { <EntityName link /> });
        view! {
            <li class="flow">
                <p>
                    <strong class="break">{run.source}</strong>
                    {format!(" would remove {} of {} entities, since ", run.total, run.given)}
                    <RelativeTime at=run.at />
                </p>
                <details>
                    <summary>"Entities to be removed"</summary>
                    <p class="cluster">{names.collect_view()} {more}</p>
                </details>
                <div class="cluster">
                    <Confirm
                        id=format!("remove-{index}")
                        label="Remove"
                        title="Remove these entities?"
                        text=format!(
                            "{} removed from the catalog. They can be restored from here for a while.",
                            if run.total == 1 {
                                "1 entity is".to_owned()
                            } else {
                                format!("{} entities are", run.total)
                            },
                        )
                        confirm="Remove"
                        variant=ButtonVariant::Danger
                        form=remove
                    />
                    <Confirm
                        id=format!("keep-{index}")
                        label="Keep"
                        title="Keep these entities?"
                        text="The refresh is discarded and the entities stay. If the source still does not provide them, the next refresh is held again."
                        confirm="Keep"
                        variant=ButtonVariant::Secondary
                        form=keep
                    />
                </div>
            </li>
        }
    });
    view! { <ul class="divided">{rows.collect_view()}</ul> }.into_any()
}

fn removed_table(removed: RemovedEntities, restore: ServerAction<EntityRestore>) -> AnyView {
    if removed.entities.is_empty() {
        return view! {
            <EmptyState
                title="No removed entities"
                text="Removed entities can be restored from here for a while."
                compact=true
            />
        }
        .into_any();
    }
    let shown = removed.entities.len() as u32;
    let more = (removed.total > shown).then(
        || view! { <p class="muted">{format!("and {} earlier ones", removed.total - shown)}</p> },
    );
    let row = |one: RemovedEntity| {
        view! {
            <tr>
                <td>
                    <EntityName link=one.entity.clone() />
                    <p class="muted small break">{one.source}</p>
                </td>
                <td data-label="Removed">
                    <RelativeTime at=one.at />
                    " by "
                    <AuthorName author=one.author />
                </td>
                <td data-label="Kept until">
                    <RelativeTime at=one.until />
                </td>
                <td>
                    <ServerForm action=restore>
                        <input type="hidden" name="entity_ref" value=one.entity.entity_ref />
                        <Button kind=ButtonKind::Submit size=ButtonSize::Sm>"Restore"</Button>
                    </ServerForm>
                </td>
            </tr>
        }
    };
    let rows = removed.entities.into_iter().map(row).collect_view();
    let columns = vec![
        Column::new("Entity"),
        Column::new("Removed"),
        Column::new("Kept until"),
        Column::hidden("Restore"),
    ];
    view! {
        <p class="muted">
            "A restored entity stays as it was, marked as stale, until a source provides it again."
        </p>
        <Table label="Removed entities" columns layout=TableLayout::Stack>
            {rows}
        </Table>
        {more}
    }
    .into_any()
}
