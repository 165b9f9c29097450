//! The shape of what is coming, so that the page does not shift when it comes.

use leptos::prelude::*;

/// What is coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkeletonKind {
    /// One short word.
    Word,
    /// A paragraph of so many lines.
    Text(usize),
    /// A block of 160 pixels: a chart, a picture.
    Block,
    /// So many rows with an icon, a title and a line each.
    List(usize),
    /// A table of rows and columns.
    Table(usize, usize),
    /// So many big numbers side by side.
    Stats(usize),
}

/// A grey picture of what is coming; assistive technology hears "Loading".
#[component]
pub fn Skeleton(
    /// What is coming.
    kind: SkeletonKind,
) -> AnyView {
    let bar = || view! { <span class="bone"></span> }.into_any();
    let repeat = |count: usize, class: &'static str, bones: usize| {
        (0..count)
            .map(|_| {
                let bones = (0..bones).map(|_| bar()).collect_view();
                view! { <span class=class>{bones}</span> }
            })
            .collect_view()
            .into_any()
    };
    let (class, bones) = match kind {
        SkeletonKind::Word => ("skeleton skeleton-word", bar()),
        SkeletonKind::Text(lines) => {
            ("skeleton skeleton-text", (0..lines).map(|_| bar()).collect_view().into_any())
        }
        SkeletonKind::Block => ("skeleton skeleton-block", bar()),
        SkeletonKind::List(rows) => ("skeleton skeleton-list", repeat(rows, "bone-row", 3)),
        SkeletonKind::Table(rows, columns) => {
            ("skeleton skeleton-table", repeat(rows, "bone-cells", columns))
        }
        SkeletonKind::Stats(count) => ("skeleton skeleton-stats", repeat(count, "bone-stat", 2)),
    };
    view! {
        <div class=class role="status">
            <span class="visually-hidden">"Loading"</span>
            {bones}
        </div>
    }
    .into_any()
}
