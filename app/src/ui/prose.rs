//! Running text made from Markdown on the server.

use super::text::classes;
use leptos::prelude::*;

/// HTML that the server made and made safe, in the typography for reading.
#[component]
pub fn Prose(
    /// The HTML; must be safe.
    #[prop(into)]
    html: String,
    /// Smaller: in cards.
    #[prop(optional)]
    compact: bool,
) -> AnyView {
    let class = classes(&["prose", if compact { "prose-compact" } else { "" }]);
    view! { <div class=class inner_html=html></div> }.into_any()
}
