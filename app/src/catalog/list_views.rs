//! The list's views: tabs beside the title, and the menu that names, shares and removes them.

use crate::catalog::api::ViewChange;
use crate::catalog::list_address::address;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use model::catalog::EntityQuery;
use model::listing::{ALL, ListPage, MissingView, OWNED, STARRED, SavedView};
use wasm_bindgen::JsCast;

/// Changing views.
pub type Change = ServerAction<ViewChange>;

/// The address of a view.
fn view_address(id: &str) -> String {
    address(&EntityQuery { view: id.to_owned(), ..EntityQuery::default() })
}

/// Where everything is listed: `/catalog`, unless that opens with something else.
pub fn all_address(page: &ListPage) -> String {
    match page.default_view.is_empty() {
        true => href("/catalog"),
        false => view_address(ALL),
    }
}

/// Built-in views first, then what the person saved and what others share.
pub fn view_tabs(page: &ListPage) -> AnyView {
    let is = |id: &str| page.current == id || (page.current.is_empty() && page.asked.base == id);
    let built_in = |label: &str, id: &str, count: u32, query: EntityQuery| {
        Tab::new(label, address(&query), is(id)).count(count as usize)
    };
    let mut tabs =
        vec![Tab::new("All", all_address(page), is(ALL)).count(page.totals.all as usize)];
    if page.personal {
        let owned = EntityQuery { owned: "me".to_owned(), ..EntityQuery::default() };
        let starred = EntityQuery { starred: "1".to_owned(), ..EntityQuery::default() };
        tabs.push(built_in("Owned by me", OWNED, page.totals.owned, owned));
        tabs.push(built_in("Starred", STARRED, page.totals.starred, starred));
    }
    tabs.extend(page.views.iter().map(|view| {
        let label = match view.mine {
            true => view.name.clone(),
            false => format!("{} (by {})", view.name, view.author),
        };
        Tab::new(label, view_address(&view.id), is(&view.id))
    }));
    view! { <Tabs label="Views" tabs /> }.into_any()
}

/// A form that makes one change.
fn form(action: Change, fields: &[(&'static str, String)], children: Children) -> AnyView {
    let fields = fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> })
        .collect_view();
    view! {
        <ServerForm action class="view-form">
            {fields}
            {children()}
        </ServerForm>
    }
    .into_any()
}

/// Names, changes, shares and removes views; forms alone, so that it works without script.
pub fn view_menu(page: &ListPage, action: Change) -> AnyView {
    let query = address(&page.asked.shown());
    let query = query.split_once('?').map_or(String::new(), |(_, query)| query.to_owned());
    let entry = |id: &str, change: &str, icon: IconName, tone: Tone, label: String| {
        let fields = [
            ("view", id.to_owned()),
            ("change", change.to_owned()),
            ("query", if change == "replace" { query.clone() } else { String::new() }),
        ];
        form(
            action,
            &fields,
            Box::new(move || {
                view! {
                    <MenuButton icon tone submit=true>
                        {label}
                    </MenuButton>
                }
                .into_any()
            }),
        )
    };
    let shown = if page.current.is_empty() { &page.asked.base } else { &page.current };
    let own = page.views.iter().find(|view| view.id == *shown && view.mine);
    let other = page.views.iter().find(|view| view.id == *shown && !view.mine);
    let by = other.map(|view| {
        view! { <p class="menu-note">{format!("“{}” is shared by {}", view.name, view.author)}</p> }
    });
    let is_default = page.default_view == *shown;
    let opening = (!page.current.is_empty() && (is_default || page.current != ALL)).then(|| {
        let (change, label) = match is_default {
            true => ("no-default", "Open the catalog with all entities"),
            false => ("default", "Open the catalog with this view"),
        };
        entry(shown, change, IconName::House, Tone::Neutral, label.to_owned())
    });
    let own = own.map(|view| own_entries(view, page.current.is_empty(), action, &entry));
    let save = form(
        action,
        &[("view", String::new()), ("change", "save".to_owned()), ("query", query.clone())],
        Box::new(|| {
            view! {
                <TextInput name="name" label="Save as a new view" id="view-name" required=true />
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary>
                    "Save"
                </Button>
            }
            .into_any()
        }),
    );
    view! {
        <Menu id="view-menu" label="View" icon=IconName::Layers variant=MenuVariant::Framed>
            {by}
            {own}
            {opening}
            {save}
        </Menu>
    }
    .into_any()
}

type Entry<'a> = &'a dyn Fn(&str, &str, IconName, Tone, String) -> AnyView;

fn own_entries(view: &SavedView, differs: bool, action: Change, entry: Entry<'_>) -> AnyView {
    let id = &view.id;
    let replace = differs.then(|| {
        let label = format!("Save the changes to “{}”", view.name);
        entry(id, "replace", IconName::Check, Tone::Neutral, label)
    });
    let (change, label) = match view.shared {
        true => ("unshare", "Keep it to myself"),
        false => ("share", "Share with everyone"),
    };
    let name = view.name.clone();
    let rename = form(
        action,
        &[("view", id.clone()), ("change", "rename".to_owned())],
        Box::new(move || {
            view! {
                <TextInput name="name" label="Name" id="view-rename" value=name required=true />
                <Button kind=ButtonKind::Submit>"Rename"</Button>
            }
            .into_any()
        }),
    );
    view! {
        {replace}
        {rename}
        {entry(id, change, IconName::Users, Tone::Neutral, label.to_owned())}
        {entry(id, "remove", IconName::Trash2, Tone::Danger, format!("Remove “{}”", view.name))}
        <hr class="menu-line" />
    }
    .into_any()
}

/// What was asked for and is not there, with the way back when there is one.
pub fn missing_view(missing: &MissingView, action: Change) -> AnyView {
    let id = missing.id.clone();
    let (title, back) = match &missing.removed {
        Some(name) => (format!("You removed “{name}”"), true),
        None => ("This view no longer exists".to_owned(), false),
    };
    let back = back.then(|| {
        form(
            action,
            &[("view", id), ("change", "restore".to_owned())],
            Box::new(|| view! { <Button kind=ButtonKind::Submit>"Restore"</Button> }.into_any()),
        )
    });
    view! {
        <Alert tone=Tone::Info title>
            <p>"All entities are listed instead."</p>
            {back}
        </Alert>
    }
    .into_any()
}

/// Says what was done, offers to take it back, and goes where it can be seen.
pub fn report(action: Change) {
    let toasts = use_toasts();
    let navigate = use_navigate();
    let list = href("/catalog");
    Effect::new(move |_| {
        let Some(Ok(done)) = action.value().get() else { return };
        let menu = document().get_element_by_id("view-menu");
        if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = menu.hide_popover();
        }
        let id = done.id.clone();
        let toast = Toast::new(Tone::Success, done.done);
        toasts.show(match done.removed {
            false => toast,
            true => toast.undo(move || {
                let (view, change) = (id.clone(), "restore".to_owned());
                action.dispatch(ViewChange { view, change, name: None, query: None });
            }),
        });
        match (done.open, done.removed) {
            (true, _) => navigate(&format!("{list}?view={}", done.id), Default::default()),
            (_, true) => navigate(&format!("{list}?view={ALL}"), Default::default()),
            _ => {}
        }
    });
}
