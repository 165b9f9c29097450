//! The last word on a page's HTML: an allow-list of elements, attributes, classes and addresses.
//!
//! Everything passes through here, also what our own writer made, so that nothing before this has
//! to be trusted. Classes are limited, too: the portal's own classes on an author's element could
//! lay a false button over the page.

use crate::images::{self, ImageHosts};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The allow-list without images of other hosts, made once when the first page is rendered.
static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| builder(ImageHosts::default()));

/// Removes from the HTML whatever is not known to be harmless. Images are loaded from the portal
/// and from the hosts that are allowed.
pub(super) fn sanitise(html: &str, images: &ImageHosts) -> String {
    match images.is_empty() {
        true => BUILDER.clean(html).to_string(),
        false => builder(images.clone()).clean(html).to_string(),
    }
}

/// Whether an element of this name can stand on a page.
pub(super) fn is_known(name: &str) -> bool {
    TAGS.contains(&name)
}

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements that go together with what is in them.
const WITH_CONTENT: &[&str] = &[
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "applet",
    "template",
    "noscript",
    "noembed",
    "noframes",
    "svg",
    "math",
    "textarea",
    "select",
    "title",
    "head",
    "xmp",
    "plaintext",
    "frameset",
];

const EVERYWHERE: &[&str] = &[
    "id",
    "class",
    "title",
    "lang",
    "dir",
    "role",
    "tabindex",
    "align",
    "aria-label",
    "aria-hidden",
    "data-line",
];

const BY_TAG: &[(&str, &[&str])] = &[
    ("a", &["href", "name", "target"]),
    ("img", &["src", "alt", "width", "height", "loading"]),
    ("video", &["src", "poster", "width", "height", "controls", "loop", "muted", "preload"]),
    ("audio", &["src", "controls", "loop", "muted", "preload"]),
    ("source", &["src", "type"]),
    ("input", &["type", "name", "checked", "disabled"]),
    ("label", &["for"]),
    ("details", &["open"]),
    ("ol", &["start", "reversed", "type"]),
    ("td", &["colspan", "rowspan", "width"]),
    ("th", &["colspan", "rowspan", "scope", "width"]),
    ("table", &["width"]),
    ("col", &["span", "width"]),
    ("colgroup", &["span"]),
    ("time", &["datetime"]),
    ("blockquote", &["cite"]),
    ("q", &["cite"]),
    ("del", &["datetime"]),
    ("ins", &["datetime"]),
];

/// Classes that mean something in `style/docs.css`.
const CLASSES: &[&str] = &[
    "admonition",
    "admonition-title",
    "admonition--inline",
    "admonition--end",
    "tabbed-set",
    "tabbed-input",
    "tabbed-label",
    "tabbed-block",
    "highlight",
    "highlight-title",
    "mermaid",
    "table-scroll",
    "align-left",
    "align-center",
    "align-right",
    "headerlink",
    "footnotes",
    "footnote-ref",
    "footnote-backref",
    "broken-link",
    "broken-image",
    "outside-image",
    "critic-comment",
    "keys",
    "toc",
    "md-button",
    "md-button--primary",
    "grid",
    "cards",
    // Kinds of admonitions.
    "note",
    "seealso",
    "abstract",
    "summary",
    "tldr",
    "info",
    "todo",
    "tip",
    "hint",
    "important",
    "success",
    "check",
    "done",
    "question",
    "help",
    "faq",
    "warning",
    "caution",
    "attention",
    "failure",
    "fail",
    "missing",
    "danger",
    "error",
    "bug",
    "example",
    "quote",
];

/// Families of classes that this crate writes.
const CLASS_FAMILIES: &[&str] = &["hl-", "language-", "toc-level-"];

fn builder(hosts: ImageHosts) -> Builder<'static> {
    let mut builder = Builder::empty();
    let by_tag = BY_TAG.iter().map(|(tag, names)| (*tag, names.iter().copied().collect()));
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(WITH_CONTENT.iter().copied().collect())
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .tag_attributes(by_tag.collect::<HashMap<&str, HashSet<&str>>>())
        // `data:` is allowed for pictures only, by the filter below.
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| {
            let loads = matches!(attribute, "src" | "poster");
            let host = images::host_of(value).filter(|_| loads);
            match host.is_none_or(|host| hosts.allow(&host)) {
                true => filter(element, attribute, value),
                false => None,
            }
        });
    builder
}

/// What is left of an attribute's value; none drops the attribute.
fn filter<'u>(element: &str, attribute: &str, value: &'u str) -> Option<Cow<'u, str>> {
    let keep = match attribute {
        "class" => return classes(value),
        "id" | "name" | "for" => {
            !value.is_empty() && value.len() <= 240 && !value.contains(char::is_whitespace)
        }
        "href" | "cite" => !has_data_scheme(value),
        "src" | "poster" => {
            !value.is_empty() && (!has_data_scheme(value) || element == "img" && is_picture(value))
        }
        "target" => value == "_blank",
        "tabindex" => value == "0",
        "role" => matches!(value, "note" | "img" | "presentation" | "list" | "listitem"),
        "align" => matches!(value, "left" | "center" | "right"),
        "loading" => matches!(value, "lazy" | "eager"),
        "type" if element == "input" => matches!(value, "checkbox" | "radio"),
        "type" if element == "ol" => matches!(value, "1" | "a" | "A" | "i" | "I"),
        "width" | "height" => {
            let number = value.strip_suffix('%').or(value.strip_suffix("px")).unwrap_or(value);
            number.len() <= 5 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
        }
        "colspan" | "rowspan" | "span" | "start" | "data-line" => {
            value.len() <= 9 && !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit())
        }
        _ => true,
    };
    keep.then_some(Cow::Borrowed(value))
}

fn classes(value: &str) -> Option<Cow<'_, str>> {
    let allowed = |class: &&str| {
        CLASSES.contains(class) || CLASS_FAMILIES.iter().any(|family| class.starts_with(family))
    };
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(allowed).collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

/// Whether a browser would read the address as `data:`, white space and case aside.
fn has_data_scheme(value: &str) -> bool {
    let mut letters = value.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    "data:"
        .chars()
        .all(|expected| letters.next().is_some_and(|c| c.eq_ignore_ascii_case(&expected)))
}

/// Pictures as data; a drawing in an `img` runs no script and loads nothing.
fn is_picture(value: &str) -> bool {
    let kinds = ["png", "jpeg", "gif", "webp", "svg+xml"];
    kinds.iter().any(|kind| value.starts_with(&format!("data:image/{kind};base64,")))
}
