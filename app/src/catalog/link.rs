//! An entity's name as a link.

use crate::catalog::kind_icon;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::catalog::EntityLink;
use model::freshness::FreshnessState;

/// The reference of the entity that a page's address names by namespace, kind and name.
pub fn entity_in_path(params: &ParamsMap) -> String {
    let part = |name: &str| params.get(name).unwrap_or_default();
    format!("{}:{}/{}", part("kind"), part("namespace"), part("name"))
}

/// How far an entity can be trusted, unless it is fresh.
#[component]
pub fn FreshnessBadge(state: FreshnessState) -> impl IntoView {
    if state == FreshnessState::Fresh {
        return ().into_any();
    }
    view! { <Badge tone=freshness_tone(state)>{state.name()}</Badge> }.into_any()
}

/// The same as markup, for long lists; `base` is the tenant's prefix.
pub(super) fn name_markup(link: &EntityLink, base: &str) -> String {
    let (title, entity_ref) = (escaped(&link.title), escaped(&link.entity_ref));
    if link.exists {
        let (icon, path) = (icon_markup(kind_icon(&link.kind)), escaped(&link.path()));
        return format!(
            r#"<a class="entity-name" href="{base}{path}" title="{entity_ref}">{icon}<span>{title}</span></a>"#
        );
    }
    let icon = icon_markup(IconName::CircleHelp);
    format!(
        r#"<span class="entity-name muted" title="{entity_ref} is not in the catalog">{icon}<span>{title}</span><span class="visually-hidden"> (not in the catalog)</span></span>"#
    )
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
pub fn EntityName(link: EntityLink) -> impl IntoView {
    let icon = kind_icon(&link.kind);
    let to = href(&link.path());
    match link.exists {
        true => view! {
            <a class="entity-name" href=to title=link.entity_ref>
                <Icon icon />
                <span>{link.title}</span>
            </a>
        }
        .into_any(),
        false => view! {
            <span class="entity-name muted" title=format!("{} is not in the catalog", link.entity_ref)>
                <Icon icon=IconName::CircleHelp />
                <span>{link.title}</span>
                <span class="visually-hidden">" (not in the catalog)"</span>
            </span>
        }
        .into_any(),
    }
}
