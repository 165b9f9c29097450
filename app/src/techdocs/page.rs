//! `/docs/…`: one page of a documentation site.

use crate::ahead;
use crate::catalog::entity_in_path;
use crate::failed::{FailedPage, WayOut, entity_named};
use crate::resource::ServerResource;
use crate::session::href;
use crate::techdocs::api::page_get;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::docs::{DocsView, NavItem, PageLink, TocEntry};

/// `/docs/:namespace/:kind/:name/*path`
#[component]
pub fn DocsPage() -> impl IntoView {
    let params = use_params_map();
    let key = Memo::new(move |_| {
        let params = params.read();
        (entity_in_path(&params), params.get("path").unwrap_or_default())
    });
    let page = ServerResource::blocking(
        move || key.get(),
        |(entity, path)| async move {
            let about = format!("page {entity} {path}");
            ahead::answer(&about, || page_get(entity.clone(), path.clone())).await
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(view) => view! { <Document view /> }.into_any(),
                    Err(error) => {
                        let (entity, path) = key.get_untracked();
                        let (named, words) = entity_named(&entity);
                        let what = match path.trim_matches('/') {
                            "" => format!("Documentation of {named}"),
                            path => format!("Documentation page {path}"),
                        };
                        let list = WayOut { label: "Docs", path: "/docs" };
                        view! { <FailedPage what error list words /> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Navigation, text and table of contents.
#[component]
fn Document(view: DocsView) -> impl IntoView {
    let base = href(&view.base_path);
    let entity = href(&view.entity.path());
    let entity_title = view.entity.title.clone();
    let current = view.page.path.clone();
    let nav = view.site.nav.iter().map(|item| nav_item(item, &base, &current)).collect_view();
    let toc =
        view.page.toc.iter().filter(|entry| entry.level > 1).map(toc_entry).collect::<Vec<_>>();
    let has_toc = toc.len() > 1;
    let warnings = view
        .page
        .warnings
        .iter()
        .chain(&view.site.problems)
        .map(|warning| view! { <li>{warning.to_string()}</li> })
        .collect::<Vec<_>>();
    let has_warnings = !warnings.is_empty();
    let step = |link: Option<PageLink>, label: &'static str, icon: IconName| {
        link.map(|link| {
            view! {
                <LinkButton href=format!("{base}{}", link.path) icon>
                    <span class="visually-hidden">{label} ": "</span>
                    {link.title}
                </LinkButton>
            }
        })
    };
    let previous = step(view.page.prev.clone(), "Previous page", IconName::ChevronLeft);
    let next = step(view.page.next.clone(), "Next page", IconName::ChevronRight);
    let changed = view.page.modified_at;
    let edit = view.page.edit_url.clone();
    let (page_title, site_title) = (view.page.title.clone(), view.site.title.clone());
    // A page that brings its own heading shows that one, with its words and its id.
    let heading = (!view.page.html.contains("<h1")).then(|| {
        view! {
            <div class="page-titles">
                <p class="page-eyebrow">{site_title.clone()}</p>
                <div class="page-heading">
                    <h1 class="page-title">{page_title.clone()}</h1>
                </div>
            </div>
        }
    });
    view! {
        <WindowTitle text=window_title(&page_title, &site_title) />
        <div class="page page-full">
            <header class="page-head">
                <div class="docs-head">
                    <Breadcrumbs crumbs=vec![
                        Crumb::link("Docs", href("/docs")),
                        Crumb::link(site_title.clone(), base.clone()),
                        Crumb::here(page_title.clone()),
                    ] />
                    <div class="page-actions">
                        {edit.map(|edit| view! { <ExternalLink href=edit>"Edit this page"</ExternalLink> })}
                        <LinkButton href=entity icon=IconName::Boxes>
                            {entity_title}
                        </LinkButton>
                    </div>
                </div>
                {heading}
            </header>
            <div class="page-body">
                <div class="docs-layout">
                    <details class="docs-nav">
                        <summary>"Pages"</summary>
                        <nav aria-label="Pages of this site">
                            <ul class="docs-nav-list">{nav}</ul>
                        </nav>
                    </details>
                    {has_toc
                        .then(|| {
                            view! {
                                <details class="docs-toc">
                                    <summary>"On this page"</summary>
                                    <nav aria-label="On this page">
                                        <ul class="docs-nav-list">{toc}</ul>
                                    </nav>
                                </details>
                            }
                        })}
                    <article class="docs-article">
                        {has_warnings
                            .then(|| {
                                view! {
                                    <Alert tone=Tone::Warning title="This page has problems">
                                        <ul>{warnings}</ul>
                                    </Alert>
                                }
                            })}
                        <div class="docs" inner_html=view.page.html></div>
                        <div class="spread docs-steps">{previous} {next}</div>
                        {changed
                            .map(|at| {
                                view! {
                                    <p class="muted small">
                                        "Last changed " <RelativeTime at />
                                    </p>
                                }
                            })}
                    </article>
                </div>
            </div>
        </div>
    }
}

/// Tells the page from others of its site, and the site from others.
fn window_title(page: &str, site: &str) -> String {
    let mut parts = vec![page, site, "Docs"];
    parts.dedup();
    parts.join(" · ")
}

fn toc_entry(entry: &TocEntry) -> AnyView {
    let class = if entry.level > 2 { "docs-toc-deep" } else { "docs-toc-item" };
    view! { <li class=class><a href=format!("#{}", entry.id)>{entry.title.clone()}</a></li> }
        .into_any()
}

fn nav_item(item: &NavItem, base: &str, current: &str) -> AnyView {
    let children =
        item.children.iter().map(|child| nav_item(child, base, current)).collect::<Vec<_>>();
    let title = item.title.clone();
    let label = match (&item.path, &item.url) {
        (Some(path), _) => {
            let here = (path == current).then_some("page");
            view! { <a href=format!("{base}{path}") aria-current=here>{title}</a> }.into_any()
        }
        (None, Some(url)) => {
            view! { <ExternalLink href=url.clone()>{title}</ExternalLink> }.into_any()
        }
        (None, None) => view! { <span class="docs-nav-section">{title}</span> }.into_any(),
    };
    let list = (!children.is_empty()).then(|| view! { <ul class="docs-nav-list">{children}</ul> });
    view! { <li>{label} {list}</li> }.into_any()
}
