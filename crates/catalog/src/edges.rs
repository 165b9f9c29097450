//! The relations that an entity's own fields make: as lines of a row, and small in memory.

use crate::item::Texts;
use std::sync::Arc;

/// One relation of an entity's own making.
pub(crate) struct Edge<'a> {
    /// It starts at the entity; otherwise it leads to it.
    pub(crate) out: bool,
    pub(crate) r#type: &'a str,
    /// The entity at the other end.
    pub(crate) other: &'a str,
}

/// All of one entity, in the order of its row.
#[derive(Debug)]
pub(crate) struct Edges(Box<[Pair]>);

/// A field makes a relation there and one back: they stand behind each other in the row.
#[derive(Debug)]
struct Pair {
    other: Arc<str>,
    /// One name or two, each with its mark and a line break.
    names: Arc<str>,
}

/// How many names a pair has at most.
const NAMES: u32 = 2;

/// The relations as they stand in a row.
pub(crate) fn edges(text: &str) -> impl Iterator<Item = Edge<'_>> {
    text.lines().filter_map(|line| {
        let (name, other) = line.split_once(' ')?;
        edge(name, other)
    })
}

fn edge<'a>(name: &'a str, other: &'a str) -> Option<Edge<'a>> {
    match name.strip_prefix('>') {
        Some(r#type) => Some(Edge { out: true, r#type, other }),
        None => Some(Edge { out: false, r#type: name.strip_prefix('<')?, other }),
    }
}

impl Edges {
    /// Those of a row.
    pub(crate) fn of_row(text: &str, texts: &mut Texts) -> Edges {
        let mut pairs = Vec::new();
        let mut lines = text.lines().filter_map(|line| line.split_once(' ')).peekable();
        let mut names = String::new();
        while let Some((name, other)) = lines.next() {
            names.clear();
            names.push_str(name);
            names.push('\n');
            if let Some((back, _)) = lines.next_if(|(_, next)| *next == other) {
                names.push_str(back);
                names.push('\n');
            }
            pairs.push(Pair { other: texts.share(other), names: texts.share(&names) });
        }
        Edges(pairs.into())
    }

    /// The text of the row.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (name, other) in self.lines() {
            text.push_str(name);
            text.push(' ');
            text.push_str(other);
            text.push('\n');
        }
        text
    }

    /// Whether a row holds these.
    pub(crate) fn are(&self, text: &str) -> bool {
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        self.lines().eq(lines)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Edge<'_>> {
        self.numbered().map(|(_, edge)| edge)
    }

    /// Each with its number, by which [`Edges::at`] finds it again.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, Edge<'_>)> {
        (0..).zip(&self.0).flat_map(|(place, pair): (u32, _)| {
            let names = (place * NAMES..).zip(pair.names.lines());
            names.filter_map(|(number, name)| Some((number, edge(name, &pair.other)?)))
        })
    }

    /// The relation of a number.
    pub(crate) fn at(&self, number: u32) -> Option<Edge<'_>> {
        let pair = self.0.get((number / NAMES) as usize)?;
        edge(pair.names.lines().nth((number % NAMES) as usize)?, &pair.other)
    }

    fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|pair| pair.names.lines().map(|name| (name, &*pair.other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was() {
        let mut texts = Texts::default();
        for text in [
            "",
            ">ownedBy group:default/a\n<ownerOf group:default/a\n",
            "<ownerOf group:default/a\n>ownedBy group:default/a\n>dependsOn x:y/z\n",
            ">dependsOn x:y/z\n>dependsOn x:y/z\n>dependsOn x:y/z\n<partOf a:b/c\n",
        ] {
            let found = Edges::of_row(text, &mut texts);
            assert_eq!(found.text(), text);
            assert!(found.are(text));
            assert_eq!(found.numbered().count(), edges(text).count());
            for (number, edge) in found.numbered() {
                let same = found.at(number).expect("is there");
                assert_eq!(
                    (edge.out, edge.r#type, edge.other),
                    (same.out, same.r#type, same.other)
                );
            }
        }
        let found = Edges::of_row(">ownedBy group:default/a\n", &mut texts);
        assert!(!found.are(">ownedBy group:default/b\n"));
        assert!(!found.are(""));
    }
}
