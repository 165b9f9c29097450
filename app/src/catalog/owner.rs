//! A group or a person: who belongs together, and what they own.

use crate::catalog::EntityName;
use crate::session::{href, use_session};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::catalog::EntityLink;
use model::organisation::{Belonging, OrgNode, OrgTree, OwnerView};

/// The cards on the page of a group or a person.
#[component]
pub fn OwnerCards(owner: OwnerView, entity_ref: String) -> impl IntoView {
    let is_group = owner.tree.is_some();
    let name = owner.display_name.clone();
    let email = owner.email.map(|email| {
        let to = format!("mailto:{email}");
        view! {
            <a class="link break" href=to>
                {email}
            </a>
        }
    });
    let (count, lists) = match owner.people {
        Belonging::Members { direct, direct_total, through, through_total } => {
            let count = counted("member", direct_total + through_total, direct_total);
            let lists = view! {
                {people("Direct members", direct, direct_total)}
                {people("Via subgroups", through, through_total)}
            };
            (count, lists.into_any())
        }
        Belonging::Groups { direct, through } => {
            let (own, above) = (direct.len() as u32, through.len() as u32);
            let lists = view! {
                {people("Member of", direct, own)}
                {people("Via parent groups", through, above)}
            };
            (counted("group", own + above, own), lists.into_any())
        }
    };
    let tree = owner.tree.map(|tree| {
        view! {
            <Card title="Organisation" icon=IconName::Network>
                <div class="flow">
                    {org_tree(tree)}
                    <a class="link small" href=href("/catalog/organisation")>
                        "All groups"
                    </a>
                </div>
            </Card>
        }
    });
    let total: u32 = owner.owned.iter().map(|kind| kind.count).sum();
    let owned = owner
        .owned
        .into_iter()
        .map(|kind| {
            let to = list_of(&entity_ref, &kind.value);
            view! {
                <a class="count-tile" href=to>
                    <span class="count-tile-number">{kind.count}</span>
                    <span class="count-tile-label">{kind.label}</span>
                </a>
            }
        })
        .collect::<Vec<_>>();
    let others = owner
        .owned_through
        .into_iter()
        .map(|other| {
            let to = list_of(&other.owner.entity_ref, "");
            let words = if other.count == 1 {
                "1 entity".to_owned()
            } else {
                format!("{} entities", other.count)
            };
            view! {
                <li class="cluster">
                    <EntityName link=other.owner />
                    <a class="link small" href=to>
                        {words}
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let others = (!others.is_empty()).then(|| {
        let heading = if is_group { "Via subgroups" } else { "Via groups" };
        view! {
            <div>
                <p class="org-heading">{heading}</p>
                <ul class="plain-list">{others}</ul>
            </div>
        }
    });
    let picture = owner.picture.filter(|address| use_session().shows_picture(address));
    let nothing = (total == 0).then(|| view! { <p class="muted">"Owns no entities directly."</p> });
    view! {
        <Card>
            <div class="owner-head">
                <Avatar name=name.clone() picture=picture size=AvatarSize::Lg square=is_group />
                <div class="owner-name">
                    <p class="owner-title">{name}</p>
                    <p class="muted small">{count}</p>
                    {email}
                </div>
            </div>
        </Card>
        <Card title="Ownership" icon=IconName::Boxes>
            <div class="flow">
                {nothing} <div class="count-tiles">{owned}</div> {others}
            </div>
        </Card>
        <Card title=if is_group { "Members" } else { "Groups" } icon=IconName::Users>
            <div class="flow">{lists}</div>
        </Card>
        {tree}
    }
}

/// `3 members, 2 of them direct`
fn counted(what: &str, all: u32, direct: u32) -> String {
    let s = if all == 1 { "" } else { "s" };
    match all == direct {
        true => format!("{all} {what}{s}"),
        false => format!("{all} {what}{s}, {direct} of them direct"),
    }
}

/// The list of what an owner has, of one kind or of all.
fn list_of(owner: &str, kind: &str) -> String {
    let mut query = ParamsMap::new();
    for (key, value) in [("kind", kind), ("owner", owner)] {
        if !value.is_empty() {
            query.insert(key, value.to_owned());
        }
    }
    query_url(&href("/catalog"), &query)
}

fn people(heading: &'static str, links: Vec<EntityLink>, total: u32) -> AnyView {
    let more = total.saturating_sub(links.len() as u32);
    let links = links
        .into_iter()
        .map(|link| {
            view! {
                <li>
                    <EntityName link />
                </li>
            }
        })
        .collect::<Vec<_>>();
    let list = match links.is_empty() {
        true => view! { <p class="muted">"None."</p> }.into_any(),
        false => view! { <ul class="org-people">{links}</ul> }.into_any(),
    };
    let more =
        (more > 0).then(|| view! { <p class="muted small">{format!("and {more} more")}</p> });
    view! {
        <div>
            <p class="org-heading">{heading} " " <span class="count">{total}</span></p>
            {list}
            {more}
        </div>
    }
    .into_any()
}

/// Groups with those below them, as lists within lists.
pub(super) fn org_tree(tree: OrgTree) -> AnyView {
    let more = (tree.more > 0).then(|| {
        let words = format!("and {} more groups; search for them by name", tree.more);
        view! { <p class="muted small">{words}</p> }
    });
    view! {
        <ul class="org-tree" aria-label="Groups">
            {branches(&tree.nodes)}
        </ul>
        {more}
    }
    .into_any()
}

/// The nodes of the first one's depth, each with the deeper ones that follow it.
fn branches(nodes: &[OrgNode]) -> Vec<AnyView> {
    let Some(first) = nodes.first() else { return Vec::new() };
    let starts = nodes.iter().enumerate().filter(|(_, node)| node.depth <= first.depth);
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([nodes.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| branch(&nodes[*start], &nodes[start + 1..end]))
        .collect()
}

fn branch(node: &OrgNode, below: &[OrgNode]) -> AnyView {
    let groups = match node.children {
        1 => "1 subgroup".to_owned(),
        count => format!("{count} subgroups"),
    };
    let below = if !below.is_empty() {
        view! {
            <details open=node.is_open>
                <summary class="org-summary">{groups}</summary>
                <ul>{branches(below)}</ul>
            </details>
        }
        .into_any()
    } else if node.is_cut {
        let mut query = ParamsMap::new();
        query.insert("under", node.group.entity_ref.clone());
        let to = query_url(&href("/catalog/organisation"), &query);
        view! {
            <a class="link small org-summary" href=to>
                {groups}
            </a>
        }
        .into_any()
    } else if node.is_circle {
        view! {
            <p class="org-summary">
                <Badge tone=Tone::Warning>"circular"</Badge>
            </p>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let members = match node.members {
        0 => String::new(),
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    let about = [node.r#type.clone().unwrap_or_default(), members];
    let about: Vec<String> = about.into_iter().filter(|text| !text.is_empty()).collect();
    view! {
        <li>
            <div class=if node.is_marked { "org-row is-marked" } else { "org-row" } aria-current=node.is_marked.then_some("true")>
                <EntityName link=node.group.clone() />
                <span class="muted small">{about.join(" · ")}</span>
            </div>
            {below}
        </li>
    }
    .into_any()
}
