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

/// The content type for a path, always safe to send together with `nosniff`.
pub fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, extension)) = name.rsplit_once('.') else { return PLAIN_TEXT };
    let extension = extension.to_ascii_lowercase();
    if UNSAFE_EXTENSIONS.iter().any(|part| extension.contains(part)) {
        return PLAIN_TEXT;
    }
    match extension.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/vnd.microsoft.icon",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "json" => "application/json",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
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
        ];
        for name in names {
            assert_eq!(of(name), PLAIN_TEXT, "{name}");
        }
    }

    #[test]
    fn pictures_and_downloads_keep_theirs() {
        assert_eq!(of("img/a.b.PNG"), "image/png");
        assert_eq!(of("a.pdf"), "application/pdf");
        assert_eq!(of("a.md"), PLAIN_TEXT);
    }
}
