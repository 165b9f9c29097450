//! Filters that live in the address: a form that works without script, and lists of links.

use super::icon::{Icon, IconName, IconSize};
use super::select::{Choice, Select};
use super::text::{OptText, slot};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// A form whose fields become the address's query.
///
/// Without script the button sends it. With script every change does, without a reload and without
/// moving the page; text is sent when typing pauses. On a phone (everywhere with `folded=true`) the
/// fields are behind a button, the search field stays, and what is set stands as chips below.
#[component]
pub fn FilterBar(
    /// The page's own path.
    #[prop(into)]
    action: String,
    /// What is filtered, for assistive technology.
    #[prop(into)]
    label: String,
    /// What is always seen: a `SearchInput`.
    #[prop(optional, into)]
    search: Option<ViewFnOnce>,
    /// How many things narrow the list, what is typed in the search field included.
    #[prop(optional)]
    active: usize,
    /// The address without filters; shown as a link when any is set.
    #[prop(optional, into)]
    clear: OptText,
    /// What was found: "132 components".
    #[prop(optional, into)]
    result: OptText,
    /// What is set, each with the address without it: a line of chips under the fields.
    #[prop(optional)]
    chips: Vec<FilterChip>,
    /// Whether the fields are behind a button on a wide screen as well.
    #[prop(optional)]
    folded: bool,
    /// The form's id; needed only where a page has two.
    #[prop(default = "filter".to_owned(), into)]
    id: String,
    /// The other fields.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let navigate = use_navigate();
    let path = action.clone();
    let go = move |form: &web_sys::HtmlFormElement| {
        let options = NavigateOptions { scroll: false, replace: true, ..Default::default() };
        navigate(&format!("{path}{}", form_query(form)), options);
    };
    let submit = move |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into().ok());
        if let Some(form) = form {
            event.prevent_default();
            go(&form);
        }
    };
    let pause = StoredValue::new(None::<TimeoutHandle>);
    let send_after = move |target: Option<web_sys::EventTarget>, wait: u64| {
        let Some(form) = target.and_then(form_of) else { return };
        if let Some(earlier) = pause.get_value() {
            earlier.clear();
        }
        let send = move || {
            // The page may have changed meanwhile.
            if form.is_connected() {
                let _ = form.request_submit();
            }
        };
        let wait = std::time::Duration::from_millis(wait);
        pause.set_value(set_timeout_with_handle(send, wait).ok());
    };
    let fields = children.map(|children| {
        // Each filter that counts is a chip that can be seen; the words stand in their own field.
        let set = chips.len();
        let count = (set > 0).then(|| view! { <span class="count">{set}</span> });
        let toggle = format!("{id}-toggle");
        view! {
            <input type="checkbox" class="filter-toggle visually-hidden" id=toggle.clone() />
            <label class="btn btn-secondary filter-open" for=toggle>
                <Icon icon=IconName::ListFilter />
                "Filter"
                {count}
            </label>
            <div class="filter-fields">{children()}</div>
        }
    });
    let clear = clear.get().filter(|_| active > 0).map(|href| {
        view! {
            <a class="btn btn-ghost" href=href>
                <Icon icon=IconName::X />
                "Clear"
            </a>
        }
    });
    let chips = (!chips.is_empty()).then(|| view! { <FilterChips chips /> });
    view! {
        <form
            class=if folded { "filter-bar is-folded" } else { "filter-bar" }
            role="search"
            method="get"
            action=action
            aria-label=label
            on:submit=submit
            on:change=move |event| send_after(event.target(), 0)
            on:input=move |event| send_after(event.target(), 250)
        >
            {slot(search)}
            {fields}
            <button type="submit" class="btn btn-secondary filter-apply">
                "Apply"
            </button>
            {clear}
            <p class="filter-result" role="status">
                {result.get()}
            </p>
            {chips}
        </form>
    }
    .into_any()
}

/// One filter that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterChip {
    /// The property: `Owner`.
    pub name: String,
    /// Its value: `Platform`.
    pub value: String,
    /// The address without this filter.
    pub href: String,
}

impl FilterChip {
    /// A filter that is set.
    pub fn new(
        name: impl Into<String>,
        value: impl Into<String>,
        href: impl Into<String>,
    ) -> FilterChip {
        FilterChip { name: name.into(), value: value.into(), href: href.into() }
    }
}

/// The filters that are set; each is a link that removes it.
#[component]
pub fn FilterChips(
    /// The filters.
    chips: Vec<FilterChip>,
) -> AnyView {
    let chips = chips
        .into_iter()
        .map(|FilterChip { name, value, href }| {
            view! {
                <li>
                    <a class="filter-chip" href=href data-noscroll="">
                        <span class="visually-hidden">"Remove filter"</span>
                        <span class="filter-chip-name">{format!("{name}:")}</span>
                        <span class="filter-chip-value">{value}</span>
                        <Icon icon=IconName::X size=IconSize::Sm />
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="filter-chips" aria-label="Filters that are set">
            {chips}
        </ul>
    }
    .into_any()
}

/// The form's fields as a query, without the empty ones.
fn form_query(form: &web_sys::HtmlFormElement) -> String {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return String::new() };
    let Ok(query) = web_sys::UrlSearchParams::new() else { return String::new() };
    for pair in data.entries().into_iter().flatten() {
        let pair = js_sys::Array::from(&pair);
        if let (Some(key), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
            && !value.is_empty()
        {
            query.append(&key, &value);
        }
    }
    match query.to_string().as_string() {
        Some(query) if !query.is_empty() => format!("?{query}"),
        _ => String::new(),
    }
}

fn form_of(target: web_sys::EventTarget) -> Option<web_sys::HtmlFormElement> {
    target.dyn_into::<web_sys::Element>().ok()?.closest("form").ok()??.dyn_into().ok()
}

/// A longer list of values can be searched.
const LONG: usize = 12;

/// One property to filter by: a list that unfolds. A long one unfolds with a field to search it.
#[component]
pub fn FilterSelect(
    /// The name in the form.
    name: &'static str,
    /// The property.
    label: &'static str,
    /// What not filtering by it is called.
    all: &'static str,
    /// Its values.
    choices: Vec<Choice>,
    /// The value that is set.
    #[prop(into)]
    value: String,
) -> AnyView {
    if choices.len() <= LONG {
        return view! {
            <Select name label label_hidden=true choices value=value placeholder=all />
        }
        .into_any();
    }
    let id = format!("filter-{name}");
    let chosen = choices.iter().find(|choice| choice.value == value);
    let shown = chosen.map_or_else(|| all.to_owned(), |choice| choice.label.clone());
    let name_of_button = format!("{label}: {shown}");
    let options = std::iter::once(Choice::new("", all))
        .chain(choices)
        .map(|choice| {
            let is = choice.value == value;
            view! {
                <label class="menu-item">
                    <input type="radio" name=name value=choice.value checked=is prop:checked=is />
                    <span>{choice.label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="menu-anchor filter-menu">
            <button
                type="button"
                class="input filter-menu-button"
                aria-label=name_of_button
                popovertarget=id.clone()
            >
                <span class="truncate">{shown}</span>
                <Icon icon=IconName::ChevronDown size=IconSize::Sm />
            </button>
            <div
                class="menu menu-start"
                id=id
                popover="auto"
                role="group"
                aria-label=label
                on:click=close_after_pointing
            >
                <input
                    type="search"
                    class="input filter-menu-search"
                    aria-label=format!("Search: {label}")
                    placeholder="Search…"
                    autocomplete="off"
                    on:input=narrow
                    on:change=|event| event.stop_propagation()
                    on:keydown=|event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
                {options}
            </div>
        </div>
    }
    .into_any()
}

/// Leaves the values in sight that hold what was typed.
fn narrow(event: web_sys::Event) {
    // What is typed here is no field of the form.
    event.stop_propagation();
    let typed = event_target_value(&event).to_lowercase();
    let field = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let mut next = field.and_then(|field| field.next_element_sibling());
    while let Some(option) = next {
        let text = option.text_content().unwrap_or_default().to_lowercase();
        let _ = option.toggle_attribute_with_force("hidden", !text.contains(&typed));
        next = option.next_element_sibling();
    }
}

/// Who points at a value is done; who walks through them by keyboard is not.
fn close_after_pointing(event: web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_value = target
        .as_ref()
        .is_some_and(|target| target.get_attribute("type").as_deref() == Some("radio"));
    // A click on the words is followed by one on the button itself, which has no place.
    let pointed = event.detail() > 0 || event.screen_x() != 0 || event.screen_y() != 0;
    let menu = target.and_then(|target| target.closest("[popover]").ok().flatten());
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok())
        && is_value
        && pointed
    {
        let _ = menu.hide_popover();
    }
}

/// One value to filter by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// What is shown.
    pub label: String,
    /// How many things have it.
    pub count: Option<usize>,
    /// The address with this filter set, or taken away when it is set.
    pub href: String,
    /// Whether it is set.
    pub active: bool,
}

impl Facet {
    /// A value to filter by.
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Facet { label: label.into(), count: None, href: href.into(), active }
    }

    /// With the number of things that have it.
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }
}

/// The values of one property as links with counts; long lists fold.
#[component]
pub fn FacetList(
    /// The property.
    #[prop(into)]
    title: String,
    /// Its values, in the order shown.
    facets: Vec<Facet>,
    /// How many are seen before "more".
    #[prop(default = 8)]
    visible: usize,
    /// Whether it is folded at first.
    #[prop(optional)]
    closed: bool,
) -> AnyView {
    let mut facets = facets;
    let rest = facets.split_off(visible.min(facets.len()));
    let rest_open = rest.iter().any(|facet| facet.active);
    let more = (!rest.is_empty()).then(|| {
        let text = format!("{} more", rest.len());
        view! {
            <details class="facet-more" open=rest_open>
                <summary>{text}</summary>
                {facet_links(rest)}
            </details>
        }
    });
    view! {
        <details class="facet" open=!closed>
            <summary class="facet-title">
                {title} <Icon icon=IconName::ChevronDown size=IconSize::Sm />
            </summary>
            {facet_links(facets)}
            {more}
        </details>
    }
    .into_any()
}

fn facet_links(facets: Vec<Facet>) -> AnyView {
    let items = facets
        .into_iter()
        .map(|Facet { label, count, href, active }| {
            view! {
                <li>
                    <a class="facet-link" href=href aria-current=active.then_some("true")>
                        <span class="facet-box" aria-hidden="true"></span>
                        <span class="facet-label">{label}</span>
                        {count.map(|count| view! { <span class="facet-count">{count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="facet-list">{items}</ul> }.into_any()
}

/// Facet lists beside a list page; folds away on a phone.
#[component]
pub fn FilterGroup(
    /// What the filters are for.
    #[prop(into)]
    label: String,
    /// How many filters are set.
    #[prop(optional)]
    active: usize,
    /// Its id; needed only where a page has two.
    #[prop(default = "facets".to_owned(), into)]
    id: String,
    /// The `FacetList`s.
    children: Children,
) -> AnyView {
    let count = (active > 0).then(|| view! { <span class="count">{active}</span> });
    let toggle = format!("{id}-toggle");
    view! {
        <aside class="filter-group" aria-label=label>
            <input type="checkbox" class="filter-toggle visually-hidden" id=toggle.clone() />
            <label class="btn btn-secondary filter-open" for=toggle>
                <Icon icon=IconName::ListFilter />
                "Filters"
                {count}
            </label>
            <div class="filter-group-body">{children()}</div>
        </aside>
    }
    .into_any()
}
