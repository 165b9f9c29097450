//! The content type a file of a docs folder is served with.
//!
//! A browser must never run what a documentation author put there: everything that could be taken
//! for HTML, XML or SVG, and everything unknown, is plain text. Scripts are plain text, too: a site
//! has no scripts of its own, so a script can only be something to read.

/// What a file cannot be served as safely is served as this.
pub const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// Anywhere in an extension, these mean a document that a browser might run.
const UNSAFE_EXTENSIONS: [&str; 13] = [
    "htm", "xml", "svg", "appcache", "manifest", "mathml", "owl", "rdf", "rng", "vtt", "xht",
    "xsd", "xsl",
];

/// Source code whose extension is also that of a film or a sound.
const SOURCES: [&str; 3] = ["ts", "mts", "dts"];

/// The content type for a path, always safe to send together with `nosniff`.
pub fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, extension)) = name.rsplit_once('.') else { return PLAIN_TEXT };
    let extension = extension.to_ascii_lowercase();
    if UNSAFE_EXTENSIONS.iter().any(|part| extension.contains(part))
        || SOURCES.contains(&extension.as_str())
    {
        return PLAIN_TEXT;
    }
    let known = mime_guess::from_ext(&extension).first_raw().unwrap_or(PLAIN_TEXT);
    match known.split_once('/') {
        Some(("image" | "audio" | "video" | "font", _)) => known,
        Some(("application", "pdf" | "zip" | "gzip" | "json")) => known,
        Some(("application", "x-compressed")) => "application/gzip",
        Some(("text", "css")) => "text/css; charset=utf-8",
        Some(("text", "csv")) => "text/csv; charset=utf-8",
        _ => PLAIN_TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_browser_could_run_keeps_its_type() {
        let names = [
            "a.html",
            "a.HTM",
            "a.xhtml",
            "a.svg",
            "a.SVGZ",
            "a.xml",
            "a.rss.xml",
            "a.xsl",
            "a.webmanifest",
            "a.vtt",
            "a.js",
            "a.mjs",
            "a.wasm",
            "a.bin",
            "a",
            "x/.html",
            "a.shtml",
            "a.png.html",
            "a.mathml",
            "a.swf",
            "a.ts",
            "a.hta",
        ];
        for name in names {
            assert_eq!(of(name), PLAIN_TEXT, "{name}");
        }
    }

    #[test]
    fn pictures_and_downloads_keep_theirs() {
        assert_eq!(of("img/a.b.PNG"), "image/png");
        assert_eq!(of("a.pdf"), "application/pdf");
        let pictures = ["jpg", "gif", "webp", "avif", "bmp", "ico", "tiff", "jxl"];
        assert!(pictures.iter().all(|name| of(&format!("a.{name}")).starts_with("image/")));
        assert_eq!(of("a.mp3"), "audio/mpeg");
        assert_eq!(of("a.webm"), "video/webm");
        assert_eq!(of("a.woff2"), "font/woff2");
        assert_eq!(of("a.gz"), "application/gzip");
        assert_eq!(of("a.tgz"), "application/gzip");
        assert_eq!(of("a.csv"), "text/csv; charset=utf-8");
        assert_eq!(of("a.md"), PLAIN_TEXT);
    }
}
