//! Pictures: of the site as they are, of other hosts as links.

use super::super::attributes::sizes;
use super::super::html::escape;
use super::super::links::Resolved;
use super::super::rawhtml::Tag as RawTag;
use super::Writer;
use crate::images;
use pulldown_cmark::{Event, Tag, TagEnd};

/// What a picture is shown as.
enum Picture {
    /// The address to load it from.
    Shown(String),
    /// It lies on a host that readers are not sent to without asking for it.
    Elsewhere {
        url: String,
        host: String,
    },
    Missing,
}

/// A link in place of a picture of another host, which would tell that host who reads the page.
/// Address and words come as HTML.
pub(in crate::markdown) fn outside_image(
    url: &str,
    host: &str,
    alt: &str,
    in_link: bool,
) -> String {
    let host = escape(host);
    let words = match alt.trim() {
        "" => format!("Image on {host}"),
        words => format!("{words} <small>(image on {host})</small>"),
    };
    match in_link {
        true => format!("<span class=\"outside-image\">{words}</span>"),
        false => format!("<a class=\"outside-image\" href=\"{url}\" target=\"_blank\">{words}</a>"),
    }
}

impl Writer<'_> {
    /// A picture with its text; how many events that is.
    pub(super) fn image(
        &mut self,
        at: usize,
        events: &[(Event<'_>, std::ops::Range<usize>)],
    ) -> usize {
        let mut alt = String::new();
        let (mut count, mut depth) = (0, 0);
        for (event, _) in events {
            count += 1;
            match event {
                Event::Start(Tag::Image { .. }) => depth += 1,
                Event::End(TagEnd::Image) => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                Event::Text(text) | Event::Code(text) => alt.push_str(text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
        }
        let Event::Start(Tag::Image { dest_url, title, .. }) = &events[0].0 else { return count };
        match self.picture(dest_url) {
            Picture::Elsewhere { url, host } => {
                // Within a link the words alone: a second link cannot lie in the first.
                let html = outside_image(&escape(&url), &host, &escape(&alt), self.links > 0);
                self.out.push_str(&html);
            }
            Picture::Shown(src) => {
                let title = if title.is_empty() {
                    String::new()
                } else {
                    format!(" title=\"{}\"", escape(title))
                };
                let (src, alt) = (escape(&src), escape(&alt));
                let attributes = self.attributes(at);
                self.out.push_str(&format!(
                    "<img src=\"{src}\" alt=\"{alt}\"{title} loading=\"lazy\"{attributes}>"
                ));
            }
            Picture::Missing => {
                let name = if alt.is_empty() { dest_url.as_ref() } else { alt.as_str() };
                let (name, url) = (escape(name), escape(dest_url));
                self.out.push_str(&format!(
                    "<span class=\"broken-image\" title=\"{url} is not there\">{name}</span>"
                ));
            }
        }
        count
    }

    /// The addresses of a raw tag.
    pub(super) fn raw_picture(&mut self, tag: &mut RawTag) {
        let sizes: Vec<_> = tag.get("style").into_iter().flat_map(sizes).collect();
        for (name, value) in sizes {
            tag.set(&name, value);
        }
        for name in ["src", "poster"] {
            let Some(src) = tag.get(name).map(str::to_owned) else { continue };
            match self.picture(&src) {
                Picture::Shown(src) => tag.set(name, src),
                Picture::Missing => tag.set(name, String::new()),
                Picture::Elsewhere { url, host } if tag.name == "img" => {
                    // Entities stay as they were written.
                    let as_text = |text: &str| text.replace('<', "&lt;").replace('"', "&quot;");
                    let alt = as_text(tag.get("alt").unwrap_or_default());
                    let in_link = tag.in_link || self.links > 0;
                    tag.instead = Some(outside_image(&as_text(&url), &host, &alt, in_link));
                    return;
                }
                Picture::Elsewhere { .. } => tag.set(name, String::new()),
            }
        }
    }

    fn picture(&mut self, target: &str) -> Picture {
        match self.resolve(target) {
            Some(Resolved::File { href, path }) => {
                let fragment = href.find('#').map_or("", |at| &href[at..]).to_owned();
                let src = self.resolver.picture(&href, &path);
                let is_data = src.starts_with("data:");
                Picture::Shown(if is_data { format!("{src}{fragment}") } else { src })
            }
            Some(Resolved::Outside(url)) => match images::host_of(&url) {
                Some(host) if !self.resolver.docs.images.allow(&host) => {
                    Picture::Elsewhere { url, host }
                }
                _ => Picture::Shown(url),
            },
            Some(Resolved::Here(_) | Resolved::Page(_)) => {
                self.warn(format!("`{target}` is no picture; name a picture's file"));
                Picture::Missing
            }
            Some(Resolved::Broken(_)) | None => Picture::Missing,
        }
    }
}
