//! The frame of a page: where one is, what this is, what can be done here.

use super::icon::{Icon, IconName};
use super::text::{OptText, classes, slot};
use leptos::prelude::*;
use leptos_meta::Title;

/// How wide a page's content may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageWidth {
    /// 1,440 pixels.
    #[default]
    Normal,
    /// 880 pixels: forms and reading.
    Narrow,
    /// The whole window: dashboards, logs, wide tables.
    Full,
}

impl PageWidth {
    fn class(self) -> &'static str {
        match self {
            PageWidth::Normal => "",
            PageWidth::Narrow => "page-narrow",
            PageWidth::Full => "page-full",
        }
    }
}

/// One step of the way to a page; the last one has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Crumb { label: label.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Crumb { label: label.into(), href: None }
    }
}

/// A page: sets the document's title, shows the head, then the content.
#[component]
pub fn Page(
    /// The heading, and the document's title.
    #[prop(into)]
    title: String,
    /// A line under the heading.
    #[prop(optional, into)]
    subtitle: OptText,
    /// Small capitals above the heading: a kind, a type.
    #[prop(optional, into)]
    eyebrow: OptText,
    /// An icon before the heading.
    #[prop(optional)]
    icon: Option<IconName>,
    /// The way here.
    #[prop(optional)]
    breadcrumbs: Vec<Crumb>,
    /// Badges beside the heading.
    #[prop(optional, into)]
    badges: Option<ViewFnOnce>,
    /// Buttons on the right.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// Tabs under the head.
    #[prop(optional, into)]
    tabs: Option<ViewFnOnce>,
    /// How wide the content may become.
    #[prop(optional)]
    width: PageWidth,
    /// The content.
    children: Children,
) -> AnyView {
    let crumbs = (!breadcrumbs.is_empty()).then(|| view! { <Breadcrumbs crumbs=breadcrumbs /> });
    let tabs = slot(tabs);
    let head = if tabs.is_some() { "page-head has-tabs" } else { "page-head" };
    view! {
        <WindowTitle text=title.clone() />
        <div class=classes(&["page", width.class()])>
            <header class=head>
                {crumbs}
                <div class="page-title-row">
                    {icon
                        .map(|icon| {
                            view! {
                                <span class="page-icon">
                                    <Icon icon=icon />
                                </span>
                            }
                        })}
                    <div class="page-titles">
                        {eyebrow.get().map(|text| view! { <p class="page-eyebrow">{text}</p> })}
                        <div class="page-heading">
                            <h1 class="page-title">{title}</h1>
                            {slot(badges)}
                        </div>
                        {subtitle.get().map(|text| view! { <p class="page-subtitle">{text}</p> })}
                    </div>
                    {slot(actions)
                        .map(|actions| view! { <div class="page-actions">{actions}</div> })}
                </div> {tabs}
            </header>
            <div class="page-body">{children()}</div>
        </div>
    }
    .into_any()
}

/// What every window's title ends with.
#[derive(Clone)]
struct ProductName(String);

/// Says what every window's title ends with.
pub fn provide_product_name(name: String) {
    provide_context(ProductName(name));
}

/// The title of the browser's window: the page's, then the product's.
///
/// Each says it whole: a common ending further up would empty the title that the server has sent
/// until the page itself has come to life.
#[component]
pub fn WindowTitle(
    /// The page's.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let text = match use_context::<ProductName>() {
        Some(ProductName(product)) if text.is_empty() => product,
        Some(ProductName(product)) if text != product => format!("{text} · {product}"),
        _ => text,
    };
    view! { <Title text=text /> }
}

/// A part of a page with a heading of its own, without a frame.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A line under it.
    #[prop(optional, into)]
    text: OptText,
    /// Buttons on the right.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// The content.
    children: Children,
) -> AnyView {
    view! {
        <section class="section">
            <header class="section-head">
                <div class="section-titles">
                    <h2 class="section-title">{title}</h2>
                    {text.get().map(|text| view! { <p class="section-text">{text}</p> })}
                </div>
                {slot(actions)
                    .map(|actions| view! { <div class="section-actions">{actions}</div> })}
            </header>
            {children()}
        </section>
    }
    .into_any()
}

/// The way to a page.
#[component]
pub fn Breadcrumbs(
    /// The steps, the page itself last.
    crumbs: Vec<Crumb>,
) -> AnyView {
    let crumbs = crumbs
        .into_iter()
        .map(|Crumb { label, href }| {
            let inside = match href {
                Some(href) => view! { <a href=href>{label}</a> }.into_any(),
                None => view! { <span aria-current="page">{label}</span> }.into_any(),
            };
            view! { <li>{inside}</li> }
        })
        .collect_view();
    view! {
        <nav class="breadcrumbs" aria-label="Breadcrumbs">
            <ol>{crumbs}</ol>
        </nav>
    }
    .into_any()
}

/// One tab: a link, so that every tab has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one shown.
    pub active: bool,
    /// How many things are behind it.
    pub count: Option<usize>,
}

impl Tab {
    /// A tab.
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Tab { label: label.into(), href: href.into(), active, count: None }
    }

    /// With a number beside the label.
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }
}

/// Tabs that are links.
#[component]
pub fn Tabs(
    /// What they are tabs of.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
) -> AnyView {
    let tabs = tabs
        .into_iter()
        .map(|Tab { label, href, active, count }| {
            view! {
                <li>
                    <a class="tab" href=href aria-current=active.then_some("page")>
                        {label}
                        {count.map(|count| view! { <span class="count">{count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{tabs}</ul>
        </nav>
    }
    .into_any()
}
