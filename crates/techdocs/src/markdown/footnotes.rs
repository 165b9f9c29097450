//! Footnotes: numbered where they are mentioned, written at the end of the page.

use std::collections::HashMap;

/// The notes of one page.
#[derive(Default)]
pub(super) struct Footnotes {
    /// In the order of their first mention: label and how often it is mentioned.
    mentioned: Vec<(String, usize)>,
    /// The place of a label in `mentioned`.
    places: HashMap<String, usize>,
    /// What the notes say.
    written: HashMap<String, String>,
    /// Where the text before a note waits while the note is written.
    outer: Vec<(String, String)>,
}

impl Footnotes {
    /// Writes the number of a note where it is mentioned.
    pub(super) fn reference(&mut self, label: &str, out: &mut String) {
        let next = self.mentioned.len();
        let place = *self.places.entry(label.to_owned()).or_insert(next);
        if place == next {
            self.mentioned.push((label.to_owned(), 0));
        }
        self.mentioned[place].1 += 1;
        let (number, times) = (place + 1, self.mentioned[place].1);
        let again = if times > 1 { times.to_string() } else { String::new() };
        let id = id(label, number);
        out.push_str(&format!(
            "<sup id=\"fnref{again}:{id}\"><a class=\"footnote-ref\" href=\"#fn:{id}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
        ));
    }

    /// What is written from here on is a note.
    pub(super) fn begin(&mut self, label: &str, out: &mut String) {
        self.outer.push((label.to_owned(), std::mem::take(out)));
    }

    /// The note ends; the text before it goes on.
    pub(super) fn end(&mut self, out: &mut String) {
        if let Some((label, outer)) = self.outer.pop() {
            let note = std::mem::replace(out, outer);
            self.written.entry(label).or_insert(note);
        }
    }

    /// Writes the notes that are mentioned.
    pub(super) fn write(&mut self, out: &mut String) {
        // A page that was cut off may end within a note.
        while !self.outer.is_empty() {
            self.end(out);
        }
        if self.mentioned.is_empty() {
            return;
        }
        out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for ((label, _), number) in self.mentioned.iter().zip(1..) {
            let note = self.written.remove(label).unwrap_or_default();
            let id = id(label, number);
            let back = format!(
                " <a class=\"footnote-backref\" href=\"#fnref:{id}\" aria-label=\"Back to where footnote {number} is mentioned\">↩</a>"
            );
            let note = note.trim_end();
            let note = match note.strip_suffix("</p>") {
                Some(text) => format!("{text}{back}</p>"),
                None => format!("{note}{back}"),
            };
            out.push_str(&format!("<li id=\"fn:{id}\">{note}</li>\n"));
        }
        out.push_str("</ol></section>\n");
    }
}

/// What a note is called in addresses: its label as MkDocs does it, else its number.
fn id(label: &str, number: usize) -> String {
    const LONGEST: usize = 60;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    match label.len() <= LONGEST && label.chars().all(plain) {
        true => label.to_owned(),
        false => number.to_string(),
    }
}
