//! Addresses of pages and files, and paths within a docs folder.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Where the portal serves a site: both addresses end in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// What stands before a page's address, such as `/docs/default/component/x/`.
    pub pages: String,
    /// What stands before a file's path, such as `/api/techdocs/static/docs/default/component/x/`.
    pub files: String,
}

impl Links {
    /// Two base addresses; a missing `/` at the end is added.
    pub fn new(pages: impl Into<String>, files: impl Into<String>) -> Links {
        let with_slash = |mut base: String| {
            if !base.ends_with('/') {
                base.push('/');
            }
            base
        };
        Links { pages: with_slash(pages.into()), files: with_slash(files.into()) }
    }

    /// The address of a page, given its address within the site.
    pub fn page(&self, path: &str) -> String {
        format!("{}{}", self.pages, encode(path))
    }

    /// The address of a file, given its path in the docs folder.
    pub fn file(&self, path: &str) -> String {
        format!("{}{}", self.files, encode(path))
    }
}

/// Whether the name is one of a Markdown file.
pub fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("md" | "markdown" | "mdown" | "mkdn" | "mkd"))
}

/// A page's address within the site: `a/b.md` is `a/b/`, `a/index.md` and `a/README.md` are `a/`.
pub fn page_address(source: &str) -> String {
    let (folder, name) =
        source.rsplit_once('/').map_or(("", source), |(folder, name)| (folder, name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    if is_index(stem) { folder } else { format!("{folder}{stem}/") }
}

/// Whether a file of this name (without its ending) is its folder's own page.
pub fn is_index(stem: &str) -> bool {
    stem == "index" || stem == "README"
}

/// A relative path without `.`, `..` and empty parts; none when it climbs out, is absolute, empty
/// or holds a character no path of ours holds.
pub fn normalise(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    join("", path).filter(|path| !path.is_empty())
}

/// A path seen from a folder (`""` for the base); none when it climbs out of the base.
pub fn join(folder: &str, path: &str) -> Option<String> {
    if path.contains(['\0', '\\']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder a path lies in, `""` for the base.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `%41` becomes `A`; what is no UTF-8 afterwards is left as it was.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// Percent-encodes a path, keeping `/`.
pub fn encode(path: &str) -> String {
    utf8_percent_encode(path, &OUTSIDE_PATHS).to_string()
}

/// What stands in no path as it is.
const OUTSIDE_PATHS: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages() {
        let check = |source: &str, expected: &str| assert_eq!(page_address(source), expected);
        check("index.md", "");
        check("README.md", "");
        check("a.md", "a/");
        check("a/b.c.markdown", "a/b.c/");
        check("a/index.md", "a/");
        check("a/readme.md", "a/readme/");
    }

    #[test]
    fn paths_never_climb_out() {
        let check = |folder: &str, path: &str, expected: Option<&str>| {
            assert_eq!(join(folder, path).as_deref(), expected, "{folder} + {path}");
        };
        check("a/b", "../c.md", Some("a/c.md"));
        check("a", "../../c.md", None);
        check("", "..", None);
        check("a", "..", Some(""));
        check("a", "./b//c", Some("a/b/c"));
        check("a", "b\\..\\c", None);
        assert_eq!(normalise("/a"), None);
        assert_eq!(normalise("."), None);
    }

    #[test]
    fn percent_signs_go_both_ways() {
        assert_eq!(decode("a%20b%2fc%zz%"), "a b/c%zz%");
        assert_eq!(decode("%ff%+1"), "%ff%+1");
        assert_eq!(encode("a b/ü?#\"<"), "a%20b/%C3%BC%3F%23%22%3C");
        assert_eq!(Links::new("/docs/x", "/s/").page("a b/"), "/docs/x/a%20b/");
    }
}
