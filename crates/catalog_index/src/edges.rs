//! The relations that an entity's own fields make, as lines of a row.

/// One relation of an entity's own making.
pub struct Edge<'a> {
    /// It starts at the entity; otherwise it leads to it.
    pub out: bool,
    /// Its type, such as `ownedBy`.
    pub r#type: &'a str,
    /// The entity at the other end.
    pub other: &'a str,
}

/// Adds a relation to a row.
pub fn push_edge(text: &mut String, mark: char, r#type: &str, other: &str) {
    // A reference may hold line breaks, but not what begins the next relation.
    if other.contains("\n>") || other.contains("\n<") {
        return;
    }
    text.push(mark);
    for part in [r#type, " ", other, "\n"] {
        text.push_str(part);
    }
}

/// The lines of a row: each begins with `>` or `<`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut breaks = rest.match_indices('\n').map(|(at, _)| at);
        let end = breaks.find(|at| matches!(rest.as_bytes().get(at + 1), None | Some(b'>' | b'<')));
        let line = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or("", |end| &rest[end + 1..]);
        Some(line)
    })
}

/// The relations as they stand in a row.
pub fn edges(text: &str) -> impl Iterator<Item = Edge<'_>> {
    lines(text).filter_map(|line| {
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

/// The same lines, with the other end once where a field makes a relation there and one back.
pub fn shortened(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut lines = lines(text).filter_map(|line| line.split_once(' ')).peekable();
    while let Some((name, other)) = lines.next() {
        short.push_str(name);
        if let Some((back, _)) = lines.next_if(|(back, next)| *next == other && is_plain(back)) {
            short.push_str(back);
        }
        for part in [" ", other, "\n"] {
            short.push_str(part);
        }
    }
    short
}

/// The lines as they were.
pub fn lengthened(short: &str) -> String {
    let mut text = String::with_capacity(short.len() * 2);
    for (names, other) in lines(short).filter_map(|line| line.split_once(' ')) {
        let back = names.rfind(['<', '>']).unwrap_or_default();
        let names = names.split_at(back);
        for name in [names.0, names.1].into_iter().filter(|name| !name.is_empty()) {
            for part in [name, " ", other, "\n"] {
                text.push_str(part);
            }
        }
    }
    text
}

/// Whether a name's mark is its only one, so that it is found again behind another name.
fn is_plain(name: &str) -> bool {
    !name[1..].contains(['<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was() {
        for text in [
            "",
            ">ownedBy group:default/a\n<ownerOf group:default/a\n",
            "<ownerOf group:default/a\n>ownedBy group:default/a\n>dependsOn x:y/z\n",
            ">dependsOn x:y/z\n>dependsOn x:y/z\n>dependsOn x:y/z\n<partOf a:b/c\n",
            ">ownedBy group:default/a\nb\n<ownerOf group:default/a\nb\n>partOf x:y/z\n\n",
        ] {
            let short = shortened(text);
            assert!(short.len() <= text.len());
            assert_eq!(lengthened(&short), text);
        }
        let mut text = String::new();
        push_edge(&mut text, '>', "ownedBy", "group:default/a\nb");
        push_edge(&mut text, '<', "x", "group:default/a\n>b");
        push_edge(&mut text, '>', "partOf", "a:b/c");
        let others: Vec<&str> = edges(&text).map(|edge| edge.other).collect();
        assert_eq!(others, ["group:default/a\nb", "a:b/c"]);
        assert_eq!(shortened(">a x:y/z\n<b x:y/z\n"), ">a<b x:y/z\n");
    }
}
