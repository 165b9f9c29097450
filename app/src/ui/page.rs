//! The frame of a page: where one is, what this is, what can be done here.

use super::icon::{Icon, IconName};
use super::text::{OptText, classes, slot};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;
use wasm_bindgen::JsCast;

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
    /// The heading, and the beginning of the window's title.
    #[prop(into)]
    title: String,
    /// What tells this window from others of the same heading: the kind, the tab, the page's number.
    /// "Insights" with `["Component", "History"]` becomes "Insights · Component · History · Callboard".
    #[prop(optional, into)]
    title_parts: Signal<Vec<String>>,
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
        <WindowTitle text=title.clone() parts=title_parts />
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

/// The title of the browser's window: the page's, what tells it from its like, the product's.
///
/// Each says it whole: a common ending further up would empty the title that the server has sent
/// until the page itself has come to life.
#[component]
pub fn WindowTitle(
    /// The page's.
    #[prop(into)]
    text: String,
    /// What follows it: kind, tab, page.
    #[prop(optional, into)]
    parts: Signal<Vec<String>>,
) -> impl IntoView {
    let product = use_context::<ProductName>().map(|ProductName(product)| product);
    let title = move || window_title(&text, &parts.read(), product.as_deref());
    view! { <Title text=move || as_title(title()) /> }
}

/// The parts that say something, each once, joined.
fn window_title(text: &str, parts: &[String], product: Option<&str>) -> String {
    let mut shown: Vec<&str> = Vec::new();
    let page = std::iter::once(text).chain(parts.iter().map(String::as_str));
    for part in page.filter(|part| !part.is_empty()) {
        if !shown.contains(&part) {
            shown.push(part);
        }
    }
    // A page that is called like the product says it once, an entity that is so called twice.
    shown.extend(product.filter(|product| shown != [*product]));
    shown.join(" · ")
}

/// The server writes a title into the page as it is, so what could end the element is escaped
/// there. The browser sets it as text.
fn as_title(text: String) -> String {
    if cfg!(target_arch = "wasm32") {
        return text;
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
    let list = NodeRef::<html::Ul>::new();
    show_current_tab(list);
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
            <ul node_ref=list>{tabs}</ul>
        </nav>
    }
    .into_any()
}

/// On a phone the tabs scroll sideways: the chosen one is brought into view. Browsers that know
/// `scroll-initial-target` do so without script.
fn show_current_tab(list: NodeRef<html::Ul>) {
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let tab = list.query_selector("[aria-current=\"page\"]").ok().flatten();
        let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) else {
            return;
        };
        let from = tab.offset_left() - list.offset_left();
        let (width, room) = (tab.offset_width(), list.offset_width());
        if from < list.scroll_left() || from + width > list.scroll_left() + room {
            list.set_scroll_left(from - (room - width) / 2);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::window_title;

    #[test]
    fn a_window_is_named_by_what_tells_it_from_others() {
        let parts = ["Component".to_owned(), String::new(), "History".to_owned()];
        assert_eq!(
            window_title("Insights", &parts, Some("Callboard")),
            "Insights · Component · History · Callboard"
        );
        assert_eq!(window_title("Catalog", &[], Some("Callboard")), "Catalog · Callboard");
        let kind = ["System".to_owned()];
        let title = window_title("Callboard", &kind, Some("Callboard"));
        assert_eq!(title, "Callboard · System · Callboard");
        // A page called like the product, and one without a title.
        assert_eq!(window_title("Callboard", &[], Some("Callboard")), "Callboard");
        assert_eq!(window_title("", &[], Some("Callboard")), "Callboard");
        assert_eq!(window_title("Catalog", &[], None), "Catalog");
    }
}
