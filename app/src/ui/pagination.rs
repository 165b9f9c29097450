//! Moving through a long list, page by page.

use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// What is shown of how much, and links to the neighbours and to single pages.
#[component]
pub fn Pagination(
    /// The page shown; the first is 1.
    page: usize,
    /// Entries on a page.
    per_page: usize,
    /// Entries in all.
    total: usize,
    /// The address of a page.
    #[prop(into)]
    href: Callback<usize, String>,
    /// What it moves through, where a page has two.
    #[prop(default = "Pages")]
    label: &'static str,
) -> AnyView {
    let pages = total.div_ceil(per_page.max(1)).max(1);
    let page = page.clamp(1, pages);
    let (from, to) = ((page - 1) * per_page + 1, (page * per_page).min(total));
    let range = if total == 0 { String::new() } else { format!("{from}–{to} of {total}") };
    let links = shown_pages(page, pages)
        .into_iter()
        .map(|number| match number {
            Some(number) => view! {
                <li>
                    <a
                        class="page-link"
                        href=href.run(number)
                        aria-label=format!("Page {number}")
                        aria-current=(number == page).then_some("page")
                    >
                        {number}
                    </a>
                </li>
            }
            .into_any(),
            None => view! { <li class="page-gap">"…"</li> }.into_any(),
        })
        .collect_view();
    let step = |to: Option<usize>, icon, label: &'static str| match to {
        Some(to) => view! {
            <a class="btn btn-secondary btn-icon" href=href.run(to) aria-label=label title=label>
                <Icon icon=icon />
            </a>
        }
        .into_any(),
        None => view! {
            <span class="btn btn-secondary btn-icon" aria-hidden="true" data-disabled="">
                <Icon icon=icon />
            </span>
        }
        .into_any(),
    };
    let previous = step((page > 1).then(|| page - 1), IconName::ChevronLeft, "Previous page");
    let next = step((page < pages).then_some(page + 1), IconName::ChevronRight, "Next page");
    view! {
        <nav class="pagination" aria-label=label>
            <p class="pagination-range">{range}</p>
            {(pages > 1)
                .then(|| {
                    view! {
                        {previous}
                        <ul class="pagination-pages">{links}</ul>
                        {next}
                    }
                })}
        </nav>
    }
    .into_any()
}

/// First, last, and the neighbourhood of the page shown; `None` is a gap.
fn shown_pages(page: usize, pages: usize) -> Vec<Option<usize>> {
    let mut shown = Vec::new();
    let mut last = 0;
    for number in 1..=pages {
        if number == 1 || number == pages || number.abs_diff(page) <= 1 {
            match number - last {
                2 => shown.push(Some(number - 1)),
                3.. => shown.push(None),
                _ => {}
            }
            shown.push(Some(number));
            last = number;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    fn text(page: usize, pages: usize) -> String {
        let texts = shown_pages(page, pages)
            .into_iter()
            .map(|number| number.map_or("…".to_owned(), |number| number.to_string()));
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn shows_ends_and_neighbours() {
        assert_eq!(text(1, 1), "1");
        assert_eq!(text(1, 9), "1 2 … 9");
        assert_eq!(text(5, 9), "1 … 4 5 6 … 9");
        assert_eq!(text(4, 9), "1 2 3 4 5 … 9");
        assert_eq!(text(9, 9), "1 … 8 9");
    }
}
