//! `/catalog/organisation`: every group, and who is above and below whom.

use crate::catalog::api::organisation_get;
use crate::catalog::owner::org_tree;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::organisation::Organisation;

/// `/catalog/organisation`
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let map = query.read();
        (map.get("q").unwrap_or_default(), map.get("under").unwrap_or_default())
    });
    let found = ServerResource::blocking(
        move || asked.get(),
        |(q, under)| async move { organisation_get(q, under).await },
    );
    view! {
        <Page
            title="Organisation"
            subtitle="Groups and their subgroups"
            icon=IconName::Network
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::here("Organisation"),
            ]
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(6) /> }>
                {move || Suspend::new(async move {
                    let (q, under) = asked.get_untracked();
                    match found.await {
                        Ok(found) => shown(found, q, under),
                        Err(error) => {
                            view! {
                                <ErrorState
                                    title="The organisation cannot be shown"
                                    message=error.message()
                                    retry_href=href("/catalog/organisation")
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

fn shown(found: Organisation, q: String, under: String) -> AnyView {
    if found.groups == 0 {
        return view! {
            <EmptyState
                title="No groups yet"
                text="Describe teams as entities of the kind Group, and people as Users that are members of them."
                icon=IconName::Users
            />
        }
        .into_any();
    }
    let active = usize::from(!q.is_empty()) + usize::from(!under.is_empty());
    let result = match q.is_empty() {
        true => format!("{} groups, {} people", found.groups, found.people),
        false => format!("{} of {} groups", found.found, found.groups),
    };
    let nothing = found.tree.nodes.is_empty();
    let tree = match nothing {
        true => view! {
            <EmptyState
                title="No results"
                text="Search for another name, title or description."
                icon=IconName::Search
            />
        }
        .into_any(),
        false => view! { <Card>{org_tree(found.tree)}</Card> }.into_any(),
    };
    view! {
        <FilterBar
            action=href("/catalog/organisation")
            label="Find groups"
            active
            clear=href("/catalog/organisation")
            result
            search=move || view! { <SearchInput label="Find groups by name or description" value=q /> }
        />
        {tree}
    }
    .into_any()
}
