//! How a kind looks: its icon and what people call it.

use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::kind::named;
use model::kind::view::KindLook;
use model::session::SessionInfo;

/// The icon of a kind.
pub fn kind_icon(kind: &str) -> IconName {
    let own = |kinds: &[KindLook]| kind_icon_among(kind, kinds);
    with_context(|session: &SessionInfo| own(&session.kinds)).unwrap_or_else(|| own(&[]))
}

/// The icon of a kind, where these were added to the built-in ones.
pub fn kind_icon_among(kind: &str, kinds: &[KindLook]) -> IconName {
    match kind.to_ascii_lowercase().as_str() {
        "component" => IconName::Component,
        "api" => IconName::Puzzle,
        "resource" => IconName::Database,
        "system" => IconName::Layers,
        "domain" => IconName::Network,
        "group" => IconName::Users,
        "user" => IconName::User,
        "location" => IconName::MapPin,
        "template" => IconName::LayoutTemplate,
        "dataset" => IconName::Database,
        "library" => IconName::Package,
        other => look(other, kinds).map_or(IconName::Box, |look| icon_named(&look.icon)),
    }
}

/// What people call an entity of a kind: the title of a kind that was added, the name in lower
/// case of a built-in one.
pub fn kind_title(kind: &str) -> String {
    let own = |kinds: &[KindLook]| kind_title_among(kind, kinds);
    with_context(|session: &SessionInfo| own(&session.kinds)).unwrap_or_else(|| own(&[]))
}

/// What people call an entity of a kind, where these were added to the built-in ones.
pub fn kind_title_among(kind: &str, kinds: &[KindLook]) -> String {
    look(kind, kinds).map_or_else(|| kind.to_lowercase(), |look| look.title.clone())
}

fn look<'a>(kind: &str, kinds: &'a [KindLook]) -> Option<&'a KindLook> {
    kinds.iter().find(|look| look.name.eq_ignore_ascii_case(kind))
}

/// The heading of a list of one kind.
#[component]
pub fn KindHead(
    /// The kind that was asked for; nothing is shown when it is empty.
    kind: String,
) -> AnyView {
    if kind.is_empty() {
        return ().into_any();
    }
    let plural = kind_plural(&kind);
    view! {
        <h2 class="kind-head">
            <Icon icon=kind_icon(&kind) size=IconSize::Lg />
            {plural}
        </h2>
    }
    .into_any()
}

/// What people call several entities of a kind. One that is not known is called by its name.
pub fn kind_plural(kind: &str) -> String {
    let added = |session: &SessionInfo| look(kind, &session.kinds).map(|look| look.plural.clone());
    match kind.to_ascii_lowercase().as_str() {
        "api" => "APIs".to_owned(),
        "library" => "Libraries".to_owned(),
        name if named(name).is_some() => format!("{}s", capital(name)),
        name => with_context(added).flatten().unwrap_or_else(|| capital(name)),
    }
}

/// What people call one entity of a kind, as a heading.
pub fn kind_heading(kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "api" => "API".to_owned(),
        _ => capital(&kind_title(kind)),
    }
}

/// Whether a kind is built in or was added.
pub fn kind_is_known(kind: &str) -> bool {
    let added = |session: &SessionInfo| look(kind, &session.kinds).is_some();
    named(kind).is_some() || with_context(added).unwrap_or_default()
}

/// A link to the list of a kind.
#[component]
pub fn KindLink(
    /// Its name.
    name: String,
    /// What people call it.
    title: String,
) -> AnyView {
    let to = href(&format!("/catalog?kind={}", name.to_lowercase()));
    view! {
        <a class="entity-name" href=to>
            <Icon icon=kind_icon(&name) />
            <span>{title}</span>
        </a>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The icon of a name among [`model::kind::definition::KIND_ICONS`].
pub(super) fn icon_named(name: &str) -> IconName {
    match name {
        "boxes" => IconName::Boxes,
        "activity" => IconName::Activity,
        "book-open" => IconName::BookOpen,
        "building-2" => IconName::Building2,
        "calendar" => IconName::Calendar,
        "chart-column" => IconName::ChartColumn,
        "code" => IconName::Code,
        "component" => IconName::Component,
        "database" => IconName::Database,
        "file-code" => IconName::FileCode,
        "file-text" => IconName::FileText,
        "folder" => IconName::Folder,
        "gauge" => IconName::Gauge,
        "git-branch" => IconName::GitBranch,
        "globe" => IconName::Globe,
        "hash" => IconName::Hash,
        "inbox" => IconName::Inbox,
        "keyboard" => IconName::Keyboard,
        "layers" => IconName::Layers,
        "link" => IconName::Link,
        "lock" => IconName::Lock,
        "mail" => IconName::Mail,
        "map-pin" => IconName::MapPin,
        "monitor" => IconName::Monitor,
        "network" => IconName::Network,
        "package" => IconName::Package,
        "puzzle" => IconName::Puzzle,
        "rocket" => IconName::Rocket,
        "server" => IconName::Server,
        "shield" => IconName::Shield,
        "star" => IconName::Star,
        "tag" => IconName::Tag,
        "terminal" => IconName::Terminal,
        "timer" => IconName::Timer,
        "workflow" => IconName::Workflow,
        _ => IconName::Box,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::kind::KINDS;
    use model::kind::definition::KIND_ICONS;

    #[test]
    fn every_kind_has_an_icon() {
        for name in KIND_ICONS.iter().filter(|name| **name != "box") {
            assert_ne!(icon_named(name), IconName::Box, "{name}");
        }
        for kind in KINDS {
            assert_ne!(kind_icon_among(kind.name, &[]), IconName::Box, "{}", kind.name);
        }
        let look = KindLook {
            name: "queue".to_owned(),
            title: "Queue".to_owned(),
            plural: "Queues".to_owned(),
            icon: "inbox".to_owned(),
        };
        assert_eq!(kind_icon_among("Queue", std::slice::from_ref(&look)), IconName::Inbox);
        assert_eq!(kind_icon_among("Topic", &[look]), IconName::Box);
    }
}
