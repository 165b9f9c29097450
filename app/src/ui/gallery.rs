//! Every component of the kit in every state, light and dark; in development builds only.

mod actions;
mod data;
mod forms;
mod states;

use super::*;
use leptos::prelude::*;

/// `/ui`. A release build holds nothing of it, so that people do not download it.
#[component]
pub fn GalleryPage() -> AnyView {
    if cfg!(debug_assertions) {
        return gallery();
    }
    view! {
        <Page title="Components">
            <EmptyState
                icon=IconName::Component
                title="The gallery is part of development builds"
                text="Start the program with `cargo xtask dev` to see it."
            />
        </Page>
    }
    .into_any()
}

fn gallery() -> AnyView {
    view! {
        <Page
            title="Components"
            eyebrow="Development"
            subtitle="Every component of the kit in every state. What is not here does not exist; what looks wrong here is wrong everywhere."
            icon=IconName::Component
            width=PageWidth::Full
            breadcrumbs=vec![Crumb::link("Home", "/"), Crumb::here("Components")]
            badges=|| view! { <Badge tone=Tone::Info>"development build"</Badge> }
            actions=|| {
                view! {
                    <LinkButton href="#icons" icon=IconName::Star>
                        "Icons"
                    </LinkButton>
                    <Button variant=ButtonVariant::Primary icon=IconName::Plus>
                        "Primary action"
                    </Button>
                }
            }
            tabs=|| {
                view! {
                    <Tabs
                        label="Parts of the gallery"
                        tabs=vec![
                            Tab::new("All", "/ui", true),
                            Tab::new("Marks", "#marks", false).count(6),
                            Tab::new("Forms", "#forms", false),
                            Tab::new("States", "#states", false),
                        ]
                    />
                }
            }
        >
            <div class="gallery">
                {sheet("light")}
                {sheet("dark")}
            </div>
        </Page>
    }
    .into_any()
}

/// The whole kit in one colour scheme. Ids end with the scheme's name, since each stands twice.
fn sheet(scheme: &'static str) -> AnyView {
    let anchor = |name: &'static str| (scheme == "light").then_some(name);
    view! {
        <div class="gallery-sheet" data-theme=scheme>
            <div>{actions::buttons()}</div>
            <div>{actions::overlays(scheme)}</div>
            <div id=anchor("marks")>
                {actions::marks()}
            </div>
            <div>{data::cards()}</div>
            <div>{data::tables(scheme)}</div>
            <div>{data::numbers()}</div>
            <div>{data::processes()}</div>
            <div>{data::texts()}</div>
            <div id=anchor("forms")>
                {forms::controls(scheme)}
            </div>
            <div>{forms::filters(scheme)}</div>
            <div id=anchor("states")>
                {states::states()}
            </div>
            <div>{states::right_to_left(scheme)}</div>
            <div id=anchor("icons")>
                {actions::icons()}
            </div>
        </div>
    }
    .into_any()
}

/// One part of a sheet.
fn part(title: &'static str, content: AnyView) -> AnyView {
    view! {
        <Section title=title>
            <div class="flow">{content}</div>
        </Section>
    }
    .into_any()
}
