//! The document around the user interface: head, branding, scripts.

use crate::routes::App;
use crate::session::use_session;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;
use model::session::{Density, SessionInfo, Theme};
use model::submitted::SubmittedForm;
use model::tenant::Branding;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the site's files are: their names carry a hash of their content.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Path of the script that loads the program.
    pub js: String,
    /// Path of the program.
    pub wasm: String,
    /// The style sheet itself. It stands in the document, so that a page can be painted as soon as
    /// it is there: on a slow network a file of its own would come a second later.
    pub css: String,
    /// What each part of the portal needs besides: part, then paths of programs.
    pub parts: BTreeMap<String, Vec<String>>,
    /// Path of the script that loads parts.
    pub parts_js: String,
}

/// The document. What the browser must know before it can hydrate stands in one `meta` element.
pub fn shell(assets: Arc<Assets>) -> impl IntoView {
    let session = use_session();
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let base = session.base_path.clone();
    let start = start_script(&assets, &base);
    let reload = session.development.then_some(
        "(()=>{let seen;const open=()=>{const source=new EventSource(\"/__reload\");\
         source.onmessage=(event)=>{if(seen&&seen!==event.data)location.reload();\
         seen=event.data};source.onerror=()=>{source.close();setTimeout(open,500)}};open()})();",
    );
    let info = serde_json::to_string(&session).unwrap_or_default();
    let submitted = use_context::<SubmittedForm>();
    let submitted = submitted.and_then(|form| serde_json::to_string(&form).ok());
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=theme_attribute(session.theme)
            data-density=density_attribute(session.density)
            data-sidebar=session.narrow_sidebar.then_some("narrow")
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=description(&session) />
                <meta name="callboard-session" content=info />
                {submitted.map(|form| {
                    // The page is the answer to a POST to another address: its own is put back
                    // before anything reads it.
                    view! {
                        <meta name="callboard-form" content=form />
                        <script nonce=nonce.clone()>{OWN_ADDRESS}</script>
                    }
                })}
                // Before the style sheet, which is long.
                <script nonce=nonce.clone()>{start}</script>
                <style nonce=nonce.clone()>{assets.css.clone()}</style>
                <style nonce=nonce.clone()>{branding_css(&session.branding)}</style>
                <link rel="icon" href=format!("{base}/favicon.svg") r#type="image/svg+xml" />
                <link rel="icon" href=format!("{base}/favicon.ico") sizes="32x32" />
                <link rel="apple-touch-icon" href=format!("{base}/apple-touch-icon.png") />
                <link rel="manifest" href=format!("{base}/site.webmanifest") />
                <MetaTags />
                {reload.map(|reload| view! { <script nonce=nonce>{reload}</script> })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads the program and the part of this page, and hydrates the page once it has been painted:
/// what is read comes before what is clicked. A page nobody looks at is never painted, so it does not
/// wait for ever. On a slow network the program is fetched from the beginning, since it takes long to
/// come and begins to come only when the document is nearly there.
fn start_script(assets: &Assets, base: &str) -> String {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    let path = url.as_ref().map_or("", |url| url.path());
    let part = crate::parts::name_of(path.strip_prefix(base).unwrap_or(path))
        .and_then(|part| assets.parts.get(part));
    let address = |path: &String| format!("{base}{path}");
    let programs: Vec<String> =
        std::iter::once(&assets.wasm).chain(part.into_iter().flatten()).map(address).collect();
    let scripts = [address(&assets.js), address(&assets.parts_js)];
    let json = |list: &[String]| serde_json::to_string(list).unwrap_or_default();
    START.replace("SCRIPTS", &json(&scripts)).replace("PROGRAMS", &json(&programs))
}

const START: &str = include_str!("start.js");

const OWN_ADDRESS: &str = "history.replaceState(null,\"\",JSON.parse(document.querySelector(\
    \"meta[name=callboard-form]\").content).page);";

fn theme_attribute(theme: Theme) -> Option<&'static str> {
    (theme != Theme::System).then_some(theme.as_str())
}

fn density_attribute(density: Density) -> Option<&'static str> {
    (density != Density::Compact).then_some(density.as_str())
}

fn description(session: &SessionInfo) -> String {
    format!("{}: what is running, who owns it and what to do next", session.branding.product_name)
}

/// A tenant's colours as CSS variables; only `#rrggbb` gets through.
fn branding_css(branding: &Branding) -> String {
    let light = branding.accent.as_deref().filter(|colour| is_colour(colour));
    let dark = branding.accent_dark.as_deref().filter(|colour| is_colour(colour)).or(light);
    match (light, dark) {
        (Some(light), Some(dark)) => format!(":root{{--brand-light:{light};--brand-dark:{dark}}}"),
        _ => String::new(),
    }
}

fn is_colour(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('#')
        && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
}
