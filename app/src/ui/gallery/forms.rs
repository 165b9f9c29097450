//! Gallery: form controls and filters.

use super::actions::LONG;
use super::part;
use crate::ui::*;
use leptos::prelude::*;

fn choices() -> Vec<Choice> {
    vec![
        Choice::new("experimental", "Experimental"),
        Choice::new("production", "Production"),
        Choice::new("deprecated", "Deprecated").disabled(true),
    ]
}

fn id(name: &str, scheme: &str) -> String {
    format!("gallery-{name}-{scheme}")
}

pub(super) fn controls(scheme: &'static str) -> AnyView {
    let bound = RwSignal::new("typed".to_owned());
    let hints = || {
        vec![
            Choice::new("public", "Public").hint("Everybody can read it"),
            Choice::new("internal", "Internal").hint("People of the organisation can read it"),
        ]
    };
    let content = view! {
        <form class="form">
            <div class="form-row">
                <TextInput
                    name="name"
                    id=id("name", scheme)
                    label="Name"
                    required=true
                    placeholder="billing-service"
                    help="Small letters, digits and dashes"
                />
                <TextInput
                    name="focus"
                    id=id("focus", scheme)
                    label="With focus"
                    value="billing"
                    class="is-focus-within"
                />
                <TextInput
                    name="broken"
                    id=id("broken", scheme)
                    label="With an error"
                    value="Billing Service"
                    error="\"Billing Service\" is not a name: use small letters, digits and dashes."
                />
            </div>
            <div class="form-row">
                <TextInput
                    name="off"
                    id=id("off", scheme)
                    label="Disabled"
                    value="cannot be changed"
                    disabled=true
                />
                <TextInput
                    name="fixed"
                    id=id("fixed", scheme)
                    label="Read only"
                    value="can be copied"
                    readonly=true
                />
                <TextInput
                    name="suggested"
                    id=id("suggested", scheme)
                    label="With suggestions"
                    mono=true
                    bind=bound
                    suggestions=vec!["platform-team".to_owned(), "payments".to_owned()]
                />
            </div>
            <TextArea
                name="description"
                id=id("description", scheme)
                label="Description"
                value=LONG
                help="Grows with its text"
            />
            <div class="form-row">
                <Select
                    name="lifecycle"
                    id=id("lifecycle", scheme)
                    label="Lifecycle"
                    choices=choices()
                    placeholder="Choose one"
                    required=true
                />
                <Select
                    name="lifecycle-broken"
                    id=id("lifecycle-broken", scheme)
                    label="With an error"
                    choices=choices()
                    value="production"
                    error="The owner does not allow production yet."
                />
                <FileInput name="logo" id=id("logo", scheme) label="Logo" accept="image/svg+xml" />
            </div>
            <div class="form-row">
                <RadioGroup
                    name=if scheme == "light" { "visibility-l" } else { "visibility-d" }
                    label="Visibility"
                    choices=hints()
                    value="internal"
                />
                <CheckboxGroup
                    name=if scheme == "light" { "parts-l" } else { "parts-d" }
                    label="Parts"
                    choices=vec![
                        Choice::plain("docs"),
                        Choice::plain("tests"),
                        Choice::plain("chart").disabled(true),
                    ]
                    selected=vec!["docs".to_owned()]
                />
                <div class="flow">
                    <Checkbox
                        name="agree"
                        id=id("agree", scheme)
                        label="Protect the main branch"
                        checked=true
                        help="Nobody pushes to it directly"
                    />
                    <Switch name="on" id=id("on", scheme) label="Notify me" checked=true />
                    <Switch name="off-switch" id=id("off-switch", scheme) label="Off" />
                    <Switch
                        name="no-switch"
                        id=id("no-switch", scheme)
                        label="Disabled"
                        disabled=true
                    />
                </div>
            </div>
            <div class="cluster">
                <SegmentedControl
                    name=if scheme == "light" { "range-l" } else { "range-d" }
                    label="Range"
                    value="30"
                    choices=vec![
                        Choice::new("7", "7 days"),
                        Choice::new("30", "30 days"),
                        Choice::new("90", "90 days"),
                    ]
                />
                <SegmentedLinks
                    label=format!("View, {scheme}")
                    segments=vec![
                        SegmentLink::new("Table", "/ui", true).icon(IconName::Menu),
                        SegmentLink::new("Graph", "/ui", false).icon(IconName::Network),
                    ]
                />
            </div>
            <div class="form-actions">
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary>
                    "Create"
                </Button>
                <Button kind=ButtonKind::Reset variant=ButtonVariant::Ghost>
                    "Reset"
                </Button>
            </div>
        </form>
    };
    part("Forms", content.into_any())
}

pub(super) fn filters(scheme: &'static str) -> AnyView {
    let facets = |count: usize| {
        (0..count)
            .map(|index| Facet::new(format!("value {index}"), "/ui", index == 1).count(40 - index))
            .collect::<Vec<_>>()
    };
    let content = view! {
        <FilterBar
            id=id("bar", scheme)
            action="/ui"
            label=format!("Filter the gallery, {scheme}")
            active=1
            clear="/ui"
            result="132 components"
            search=|| view! { <SearchInput label="Find a component" /> }
        >
            <Select
                name="kind"
                id=id("kind", scheme)
                label="Kind"
                label_hidden=true
                choices=vec![Choice::plain("component"), Choice::plain("api")]
                placeholder="All kinds"
            />
            <Select
                name="owner"
                id=id("owner", scheme)
                label="Owner"
                label_hidden=true
                choices=vec![Choice::plain("platform-team")]
                placeholder="All owners"
            />
            <FilterSelect
                name=if scheme == "light" { "tag-light" } else { "tag-dark" }
                label="Tag"
                all="All tags"
                choices=(1..=20).map(|number| Choice::plain(format!("tag-{number}"))).collect()
                value="tag-3"
            />
        </FilterBar>
        <FilterBar
            id=id("folded", scheme)
            action="/ui"
            label=format!("Filter the gallery behind a button, {scheme}")
            active=2
            clear="/ui"
            result=plural(1_204_usize, "entity", "entities")
            folded=true
            chips=vec![
                FilterChip::new("Kind", "Component", "/ui"),
                FilterChip::new("Owner", "Platform", "/ui"),
            ]
            search=|| view! { <SearchInput label="Find an entity" /> }
        >
            <Select
                name="lifecycle"
                id=id("folded-lifecycle", scheme)
                label="Lifecycle"
                label_hidden=true
                choices=vec![Choice::plain("production"), Choice::plain("experimental")]
                placeholder="All lifecycles"
            />
        </FilterBar>
        <div class="with-facets">
            <FilterGroup id=id("group", scheme) label=format!("Filters, {scheme}") active=1>
                <FacetList title="Type" facets=facets(3) />
                <FacetList title="Tag" facets=facets(12) visible=4 />
            </FilterGroup>
            <EmptyState
                icon=IconName::Search
                title="No results"
                text="Remove a filter, or clear them all."
            >
                <LinkButton href="/ui">"Clear filters"</LinkButton>
            </EmptyState>
        </div>
    };
    part("Filters", content.into_any())
}
