//! An entity's name as a link.

use crate::catalog::kind_icon;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::catalog::EntityLink;
use model::entity_ref::EntityRef;
use model::freshness::FreshnessState;

/// The reference of the entity that a page's address names by namespace, kind and name.
pub fn entity_in_path(params: &ParamsMap) -> EntityRef {
    let part = |name: &str| params.get(name).unwrap_or_default();
    EntityRef::new(part("kind"), part("namespace"), part("name"))
}

/// How far an entity can be trusted, unless it is fresh.
#[component]
pub fn FreshnessBadge(state: FreshnessState) -> impl IntoView {
    if state == FreshnessState::Fresh {
        return ().into_any();
    }
    view! { <Badge tone=freshness_tone(state)>{state.name()}</Badge> }.into_any()
}

/// What colour a state has.
pub(super) fn freshness_tone(state: FreshnessState) -> Tone {
    match state {
        FreshnessState::Fresh => Tone::Success,
        FreshnessState::Broken => Tone::Danger,
        FreshnessState::Stale | FreshnessState::Orphaned => Tone::Warning,
    }
}

/// The title with the kind's icon; one the catalog does not hold is marked and leads nowhere.
#[component]
pub fn EntityName(
    /// The entity.
    link: EntityLink,
    /// Whether the whole row of a table opens it.
    #[prop(optional)]
    row: bool,
) -> AnyView {
    let (inside, hint) = (name_inside(&link), name_hint(&link));
    match link.exists {
        true => {
            let to = href(&link.path());
            let class = if row { "entity-name row-link" } else { "entity-name" };
            view! { <a class=class href=to title=hint inner_html=inside></a> }.into_any()
        }
        false => view! { <span class="entity-name muted" title=hint inner_html=inside></span> }
            .into_any(),
    }
}

/// [`EntityName`] as markup, for long lists; `base` is the tenant's prefix.
pub(super) fn name_markup(link: &EntityLink, base: &str) -> String {
    let (inside, hint) = (name_inside(link), escaped(&name_hint(link)));
    match link.exists {
        true => {
            let path = escaped(&link.path());
            format!(r#"<a class="entity-name" href="{base}{path}" title="{hint}">{inside}</a>"#)
        }
        false => format!(r#"<span class="entity-name muted" title="{hint}">{inside}</span>"#),
    }
}

fn name_inside(link: &EntityLink) -> String {
    let title = escaped(&link.title);
    let (icon, note) = match link.exists {
        true => (kind_icon(&link.kind), ""),
        false => {
            (IconName::CircleHelp, r#"<span class="visually-hidden"> (not in the catalog)</span>"#)
        }
    };
    format!("{}<span>{title}</span>{note}", icon_markup(icon))
}

fn name_hint(link: &EntityLink) -> String {
    match link.exists {
        true => link.entity_ref.clone(),
        false => format!("{} is not in the catalog", link.entity_ref),
    }
}
