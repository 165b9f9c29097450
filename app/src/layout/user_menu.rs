//! Who is signed in, and the way out; or the way in.

use super::recent;
use crate::session::{href, use_session};
use crate::ui::{
    Avatar, AvatarSize, ButtonVariant, IconName, LinkButton, Menu, MenuButton, MenuSeparator,
    MenuVariant, open_dialog,
};
use leptos::prelude::*;

/// The menu behind one's picture.
#[component]
pub fn UserMenu() -> AnyView {
    let Some(person) = use_session().person else {
        return view! {
            <LinkButton href=href("/sign-in") variant=ButtonVariant::Primary icon=IconName::LogIn>
                "Sign in"
            </LinkButton>
        }
        .into_any();
    };
    let name = person.display_name.clone();
    view! {
        <Menu
            id="user-menu"
            label=format!("Signed in as {name}")
            variant=MenuVariant::Bare
            trigger={
                let name = name.clone();
                move || {
                    view! {
                        <span class="user-button">
                            <Avatar name=name />
                        </span>
                    }
                }
            }
        >
            <div class="user-card">
                <Avatar name=name.clone() size=AvatarSize::Md />
                <div class="list-main">
                    <p class="user-name">{name}</p>
                    <p class="user-ref">{person.user_ref}</p>
                </div>
            </div>
            <MenuSeparator />
            <div class="needs-keyboard">
                <MenuButton
                    icon=IconName::Keyboard
                    key="?"
                    on:click=move |_| open_dialog("key-help")
                >
                    "Keyboard shortcuts"
                </MenuButton>
            </div>
            {sign_out_form()}
        </Menu>
    }
    .into_any()
}

/// The way out. What this browser remembers of the person's pages goes with them.
pub fn sign_out_form() -> AnyView {
    view! {
        <form method="post" action=href("/session/sign-out") on:submit=|_| recent::forget()>
            <MenuButton icon=IconName::LogOut submit=true>
                "Sign out"
            </MenuButton>
        </form>
    }
    .into_any()
}
