//! The document around the user interface: head, branding, scripts.

use crate::routes::App;
use crate::session::use_session;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use model::session::{SessionInfo, Theme};
use model::tenant::Branding;
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
    pub css: Arc<str>,
}

/// The document. What the browser must know before it can hydrate stands in one `meta` element.
pub fn shell(assets: Assets) -> impl IntoView {
    let session = use_session();
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let base = session.base_path.clone();
    let js = format!("{base}{}", assets.js);
    let wasm = format!("{base}{}", assets.wasm);
    let start = format!(
        "import start,{{hydrate}} from \"{js}\";start({{module_or_path:\"{wasm}\"}}).then(hydrate);"
    );
    let reload = session.development.then_some(
        "(()=>{let seen;const open=()=>{const source=new EventSource(\"/__reload\");\
         source.onmessage=(event)=>{if(seen&&seen!==event.data)location.reload();\
         seen=event.data};source.onerror=()=>{source.close();setTimeout(open,500)}};open()})();",
    );
    let info = serde_json::to_string(&session).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme_attribute(session.theme)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=description(&session) />
                <meta name="callboard-session" content=info />
                <style nonce=nonce.clone()>{assets.css.to_string()}</style>
                <style nonce=nonce.clone()>{branding_css(&session.branding)}</style>
                <link rel="modulepreload" href=js />
                <link
                    rel="preload"
                    href=wasm
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                <link rel="icon" href=format!("{base}/favicon.svg") r#type="image/svg+xml" />
                <link rel="icon" href=format!("{base}/favicon.ico") sizes="32x32" />
                <link rel="apple-touch-icon" href=format!("{base}/apple-touch-icon.png") />
                <link rel="manifest" href=format!("{base}/site.webmanifest") />
                <MetaTags />
                <script type="module" nonce=nonce.clone()>{start}</script>
                {reload.map(|reload| view! { <script nonce=nonce>{reload}</script> })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

fn theme_attribute(theme: Theme) -> Option<&'static str> {
    (theme != Theme::System).then_some(theme.as_str())
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
