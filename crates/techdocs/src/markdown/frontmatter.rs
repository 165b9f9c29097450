//! The head of a page: YAML between two lines of dashes.

/// A head is a few lines; more is text that happens to start with dashes.
const MAX_BYTES: usize = 32 * 1024;

/// What counts of a head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) title: Option<String>,
}

/// Takes the head off: what it says, the rest of the text and the number of the rest's first line.
/// What is no mapping is no head but text between two rules, and stays.
pub(super) fn split(text: &str) -> (Head, &str, u32) {
    let none = (Head::default(), text, 1);
    let Some((first, after)) = text.split_once('\n') else { return none };
    if first.trim_end_matches([' ', '\t']) != "---" {
        return none;
    }
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let Ok(node) = yaml::parse_one(&after[..end]) else { return none };
            if !matches!(node.value, yaml::Value::Mapping(_) | yaml::Value::Null) {
                return none;
            }
            let title = node.get("title").and_then(yaml::Node::as_str).map(str::trim);
            let title = title.filter(|title| !title.is_empty()).map(str::to_owned);
            let rest = &after[end + line.len()..];
            let lines = after[..end].lines().count() + 3;
            return (Head { title }, rest, u32::try_from(lines).unwrap_or(u32::MAX));
        }
        end += line.len();
        if end > MAX_BYTES {
            break;
        }
    }
    none
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_told_from_text() {
        let check = |text: &str, title: Option<&str>, rest: &str, line: u32| {
            let head = Head { title: title.map(str::to_owned) };
            assert_eq!(split(text), (head, rest, line), "{text:?}");
        };
        check("---\ntitle: A\ntags: [x]\n---\n# B", Some("A"), "# B", 5);
        check("---\n---\nx", None, "x", 3);
        check("--- \ntitle: A\n---\t\nx", Some("A"), "x", 4);
        check("---\t \n... \nx", None, "x", 3);
        check("---- \ntitle: A\n---\nx", None, "---- \ntitle: A\n---\nx", 1);
        check(" ---\ntitle: A\n---\nx", None, " ---\ntitle: A\n---\nx", 1);
        check("---\ntitle: 7\n...\nx", None, "x", 4);
        check("---\nsome text\n---\nx", None, "---\nsome text\n---\nx", 1);
        check("---\ntitle: A\n", None, "---\ntitle: A\n", 1);
        check("# B\n---\na: b\n---\n", None, "# B\n---\na: b\n---\n", 1);
        check("---\na: [\n---\nx", None, "---\na: [\n---\nx", 1);
    }
}
