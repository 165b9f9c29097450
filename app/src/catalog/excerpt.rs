//! The beginning of a page of documentation as plain text. Only the server calls it.

/// How many characters an excerpt has at most.
const LONGEST: usize = 320;

/// The text of the first paragraph that has any, from HTML that our own renderer wrote.
pub fn first_paragraph(html: &str) -> String {
    let mut rest = html;
    while let Some(at) = rest.find("<p>") {
        let inside = &rest[at + 3..];
        let end = inside.find("</p>").unwrap_or(inside.len());
        let text = plain(&inside[..end]);
        if !text.is_empty() {
            return shortened(&text);
        }
        rest = &inside[end..];
    }
    String::new()
}

/// The text between the tags, with blanks in place of line ends.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As many whole words as fit.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{words}…")
}

#[cfg(test)]
mod tests {
    use super::first_paragraph;

    #[test]
    fn the_first_paragraph_with_text_is_taken_without_its_tags() {
        let html = "<h1>Title</h1>\n<p><img src=\"x\" /></p>\n<p>Reads <a href=\"/x\">files</a>\n&amp; more.</p><p>Second</p>";
        assert_eq!(first_paragraph(html), "Reads files & more.");
        assert_eq!(first_paragraph("<h1>Nothing else</h1>"), "");
        assert_eq!(first_paragraph("<p>Never closed"), "Never closed");
    }

    #[test]
    fn a_long_one_ends_between_words() {
        let long = format!("<p>{}</p>", "word ".repeat(200));
        let excerpt = first_paragraph(&long);
        assert!(excerpt.ends_with("word…"), "{excerpt}");
        assert!(excerpt.chars().count() <= 321);
    }
}
