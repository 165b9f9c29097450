//! `/catalog/administration/kinds`: the kinds of entities there are.

use crate::catalog::api::kinds_get;
use crate::catalog::kind::KindLink;
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::{forget_sent_drafts, href};
use crate::ui::*;
use leptos::prelude::*;
use model::kind::view::KindRow;

/// `/catalog/administration/kinds`
#[component]
pub fn KindsPage() -> impl IntoView {
    // Whoever saved a kind comes here.
    forget_sent_drafts();
    let kinds = ServerResource::blocking(|| (), |()| kinds_get());
    view! {
        <Page
            title="Kinds"
            subtitle="The kinds of entities: built in, and your own"
            icon=IconName::Boxes
            breadcrumbs=vec![
                Crumb::link("Administration", href("/catalog/administration")),
                Crumb::here("Kinds"),
            ]
            actions=|| {
                view! {
                    <LinkButton
                        href=href("/catalog/administration/kinds/new")
                        variant=ButtonVariant::Primary
                        icon=IconName::Plus
                    >
                        "Add a kind"
                    </LinkButton>
                }
            }
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(6) /> }>
                {move || Suspend::new(async move {
                    match kinds.await {
                        Ok(kinds) => lists(kinds),
                        Err(error) => {
                            view! { <LoadError title="The kinds cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

fn lists(kinds: Vec<KindRow>) -> AnyView {
    let (own, built_in): (Vec<_>, Vec<_>) =
        kinds.into_iter().partition(|kind| kind.changed.is_some());
    let own = match own.is_empty() {
        true => view! {
            <EmptyState
                title="No kinds of your own yet"
                text="Add one for what the built-in kinds do not cover: a queue, a model, a vendor."
                icon=IconName::Boxes
                compact=true
            />
        }
        .into_any(),
        false => table("Kinds of your own", own),
    };
    view! {
        <Card title="Your own" icon=IconName::Pencil>
            {own}
        </Card>
        <Card title="Built in" icon=IconName::Package>
            {table("Built-in kinds", built_in)}
        </Card>
    }
    .into_any()
}

fn table(label: &'static str, kinds: Vec<KindRow>) -> AnyView {
    let columns = vec![
        Column::new("Kind"),
        Column::new("apiVersion"),
        Column::number("Entities"),
        Column::new("Changed"),
    ];
    let rows = kinds.into_iter().map(row).collect_view();
    view! {
        <Table label columns layout=TableLayout::Stack>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(kind: KindRow) -> AnyView {
    let edit = href(&format!("/catalog/administration/kinds/{}", kind.name));
    let name = (kind.title != kind.name)
        .then(|| view! { <span class="mono small muted">{kind.name.clone()}</span> });
    let changed = match kind.changed {
        Some((by, at)) => view! {
            <span>
                <RelativeTime at />
                " by "
                <span class="mono small break">{by}</span>
                " "
                <a class="link" href=edit>
                    "Edit"
                    <span class="visually-hidden">{format!(" {}", kind.name)}</span>
                </a>
            </span>
        }
        .into_any(),
        None => view! { <span class="muted">"Built in"</span> }.into_any(),
    };
    let description = (!kind.description.is_empty())
        .then(|| view! { <p class="cell-description">{kind.description}</p> });
    view! {
        <tr>
            <td>
                <KindLink name=kind.name title=kind.title />
                " "
                {name}
                {description}
            </td>
            <td data-label="apiVersion">
                <span class="mono small break">{kind.api_versions.join(", ")}</span>
            </td>
            <td data-label="Entities" class="num">{kind.entities}</td>
            <td data-label="Changed">{changed}</td>
        </tr>
    }
    .into_any()
}
