//! Gallery: buttons, what opens above the page, small marks.

use super::part;
use crate::ui::*;
use leptos::prelude::*;

/// A text longer than any place for it.
pub(super) const LONG: &str = "A text that is a good deal longer than whoever drew the place for it had in mind, with-a-word-that-cannot-be-broken-anywhere-at-all";

pub(super) fn buttons() -> AnyView {
    let variants = [
        (ButtonVariant::Primary, "Primary"),
        (ButtonVariant::Secondary, "Secondary"),
        (ButtonVariant::Ghost, "Ghost"),
        (ButtonVariant::Danger, "Danger"),
    ];
    let rows = variants
        .into_iter()
        .map(|(variant, name)| {
            view! {
                <div class="cluster">
                    <Button variant=variant>{name}</Button>
                    <Button variant=variant icon=IconName::Play>
                        "With icon"
                    </Button>
                    <Button variant=variant class="is-hover">
                        "Hover"
                    </Button>
                    <Button variant=variant class="is-focus">
                        "Focus"
                    </Button>
                    <Button variant=variant loading=true>
                        "Loading"
                    </Button>
                    <Button variant=variant disabled=true>
                        "Disabled"
                    </Button>
                </div>
            }
        })
        .collect_view();
    let content = view! {
        {rows}
        <div class="cluster">
            <Button size=ButtonSize::Sm>"Small"</Button>
            <Button>"Medium"</Button>
            <Button size=ButtonSize::Lg variant=ButtonVariant::Primary>
                "Large"
            </Button>
            <LinkButton href="/ui" icon=IconName::ArrowRight>
                "A link"
            </LinkButton>
            <IconButton icon=IconName::RefreshCw label="Reload" />
            <IconButton icon=IconName::Pencil label="Edit" variant=ButtonVariant::Secondary />
            <IconButton icon=IconName::Trash2 label="Delete" size=ButtonSize::Sm />
            <IconButton icon=IconName::X label="Not now" disabled=true />
        </div>
        <Button class="max-w-full">{LONG}</Button>
    };
    part("Buttons", content.into_any())
}

pub(super) fn overlays(scheme: &'static str) -> AnyView {
    let toasts = use_toasts();
    let undo = move |_| {
        let undone = move || toasts.info("It is back");
        toasts.show(Toast::new(Tone::Success, "Widget hidden").undo(undone));
    };
    let dialog = format!("gallery-dialog-{scheme}");
    let content = view! {
        <div class="cluster">
            <Menu
                id=format!("gallery-menu-{scheme}")
                label="Menu"
                icon=IconName::Settings
                variant=MenuVariant::Framed
                align=MenuAlign::Start
            >
                <MenuSeparator label="This component" />
                <MenuLink href="/ui" icon=IconName::ExternalLink>
                    "Open"
                </MenuLink>
                <MenuButton icon=IconName::Eye checked=true>
                    "Shown"
                </MenuButton>
                <MenuButton icon=IconName::Copy key="C">
                    "Copy its ref"
                </MenuButton>
                <MenuSeparator />
                <MenuButton icon=IconName::Trash2 tone=Tone::Danger>
                    "Remove"
                </MenuButton>
            </Menu>
            <Menu
                id=format!("gallery-more-{scheme}")
                label="More"
                icon=IconName::Ellipsis
                icon_only=true
            >
                <MenuLink href="/ui">"An entry"</MenuLink>
            </Menu>
            <DialogButton dialog=dialog.clone()>"Dialog"</DialogButton>
            <Confirm
                id=format!("gallery-confirm-{scheme}")
                label="Asks first"
                title="Remove the kind?"
                text="3 entities are marked as broken until it is added again."
                confirm="Remove"
                variant=ButtonVariant::Danger
                form=Box::new(|question: AnyView| {
                    view! { <form method="dialog" class="flow">{question}</form> }.into_any()
                })
            />
            <Button on:click=undo>"Toast with undo"</Button>
            <Button on:click=move |_| toasts.error("The repository could not be reached.")>
                "Toast of an error"
            </Button>
            <Tooltip text="A short explanation, one sentence at most">
                <Button variant=ButtonVariant::Ghost icon=IconName::CircleHelp>
                    "Tooltip"
                </Button>
            </Tooltip>
        </div>
        <ToastSample />
        <Dialog
            id=dialog
            title="Unregister the component?"
            text="Its repository stays as it is."
            footer=|| {
                view! {
                    <form method="dialog" class="cluster">
                        <Button kind=ButtonKind::Submit>"Cancel"</Button>
                        <Button kind=ButtonKind::Submit variant=ButtonVariant::Danger>
                            "Unregister"
                        </Button>
                    </form>
                }
            }
        >
            <p>
                "The entity and everything it owns disappears from the catalog. Register its address again to bring it back."
            </p>
        </Dialog>
    };
    part("Menus, dialogs, toasts", content.into_any())
}

/// A toast that stays, to look at.
#[component]
fn ToastSample() -> AnyView {
    view! {
        <div class="toast toast-stays tone-success">
            <Icon icon=Tone::Success.icon() />
            <p class="toast-text">"Widget hidden"</p>
            <Button variant=ButtonVariant::Ghost size=ButtonSize::Sm>
                "Undo"
            </Button>
            <IconButton icon=IconName::X label="Close" size=ButtonSize::Sm />
        </div>
    }
    .into_any()
}

pub(super) fn marks() -> AnyView {
    let names = ["neutral", "accent", "success", "warning", "danger", "info"];
    let badges = Tone::ALL
        .into_iter()
        .zip(names)
        .map(|(tone, name)| view! { <Badge tone=tone>{name}</Badge> })
        .collect_view();
    let with_icons = Tone::ALL
        .into_iter()
        .zip(names)
        .map(|(tone, name)| {
            view! {
                <Badge tone=tone icon=tone.icon()>
                    {name}
                </Badge>
            }
        })
        .collect_view();
    let dots = Tone::ALL
        .into_iter()
        .zip(names)
        .map(|(tone, name)| view! { <StatusDot tone=tone label=name /> })
        .collect_view();
    let people =
        ["Jane Doe", "Ana", "platform-team", "Søren Å", "Li Wei", "Omar Khan", "build-bot"]
            .map(|name| view! { <Avatar name=name /> });
    let now = now();
    let content = view! {
        <div class="cluster">{badges}</div>
        <div class="cluster">{with_icons}</div>
        <div class="cluster">
            {dots} <StatusDot tone=Tone::Success label="running" pulse=true />
        </div>
        <div class="cluster">
            <Tag text="rust" />
            <Tag text="service" href="/ui" />
            <Tag text="a-tag-that-links-somewhere" href="/ui" />
            <Kbd keys="Ctrl K" />
            <Spinner />
            <Spinner label="Cloning…" show_label=true />
        </div>
        <div class="cluster">
            {people} <Avatar name="Jane Doe" size=AvatarSize::Sm />
            <Avatar name="Platform" size=AvatarSize::Lg square=true />
            <RelativeTime at=model::time::Timestamp(now.0 - 5 * 60_000) />
            <RelativeTime at=model::time::Timestamp(now.0 + 26 * 3_600_000) />
        </div>
    };
    part("Marks", content.into_any())
}

pub(super) fn icons() -> AnyView {
    let icons = IconName::ALL
        .iter()
        .map(|icon| {
            view! {
                <li class="gallery-icon" title=format!("{icon:?}")>
                    <Icon icon=*icon size=IconSize::Lg />
                </li>
            }
        })
        .collect_view();
    part("Icons", view! { <ul class="gallery-icons">{icons}</ul> }.into_any())
}
