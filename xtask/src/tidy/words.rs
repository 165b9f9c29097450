//! Texts that people read use the glossary's words: the column "Do not use" of `docs/glossary.md` names
//! the phrases that must not stand in the interface, in the server's messages and in documentation.

use super::{Fault, RustFile, Source};
use crate::rust::Token;

const PAGE: &str = "docs/glossary.md";
const RULE: &str = "words";
/// The heading of the column that is read.
const COLUMN: &str = "Do not use";

/// A phrase that must not be used.
#[derive(Debug, PartialEq, Eq)]
struct Banned {
    phrase: String,
    /// Only where it is the whole text, in these letter cases.
    whole: bool,
    /// The term to use.
    term: String,
}

/// The phrases that stand where people read them.
pub fn check(sources: &[Source], files: &[RustFile<'_>]) -> Vec<Fault> {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        return vec![Fault {
            file: PAGE.to_owned(),
            line: 0,
            rule: RULE,
            message: "expected the glossary, found nothing".to_owned(),
        }];
    };
    let banned = banned(&page.text);
    let mut faults = Vec::new();
    if banned.is_empty() {
        faults.push(page.fault(0, RULE, format!("no table has a column \"{COLUMN}\"")));
    }
    let mut look = |source: &Source, line: usize, text: &str, is_label: bool| {
        for banned in banned.iter().filter(|banned| banned.stands_in(text, is_label)) {
            let message = format!("\"{}\": the word is \"{}\"", banned.phrase, banned.term);
            faults.push(source.fault(line, RULE, message));
        }
    };
    for source in sources.iter().filter(|source| is_page(&source.path)) {
        let lines = source.text.lines().enumerate();
        lines.for_each(|(number, line)| look(source, number + 1, line, false));
    }
    for file in files.iter().filter(|file| is_code(&file.source.path)) {
        let texts = file.code.iter().filter(|token| token.is_str());
        texts.for_each(|token: &Token<'_>| look(file.source, token.line, &token.value(), true));
    }
    faults
}

impl Banned {
    fn stands_in(&self, text: &str, is_label: bool) -> bool {
        if self.whole {
            return is_label && text.trim() == self.phrase;
        }
        let (text, phrase) = (text.to_lowercase(), self.phrase.to_lowercase());
        text.match_indices(&phrase).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + phrase.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    }
}

/// What the tables of the glossary forbid.
fn banned(page: &str) -> Vec<Banned> {
    let mut found = Vec::new();
    let mut column = None;
    for line in page.lines() {
        let Some(cells) = cells(line) else {
            column = None;
            continue;
        };
        if let Some(at) = cells.iter().position(|cell| *cell == COLUMN) {
            column = Some(at);
            continue;
        }
        let Some(cell) = column.and_then(|at| cells.get(at)) else { continue };
        for phrase in cell.split('`').skip(1).step_by(2) {
            let inner = phrase.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            found.push(Banned {
                phrase: inner.unwrap_or(phrase).to_owned(),
                whole: inner.is_some(),
                term: cells[0].to_owned(),
            });
        }
    }
    found
}

/// The cells of a row of a table; nothing for other lines.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn is_code(path: &str) -> bool {
    path.starts_with("app/src/") || path.starts_with("server/src/")
}

fn is_page(path: &str) -> bool {
    let page = path.strip_prefix("docs/");
    path == "README.md"
        || page.is_some_and(|rest| rest.ends_with(".md") && !rest.contains('/') && path != PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "# Glossary\n\n\
        | Term | Meaning | Do not use |\n| --- | --- | --- |\n\
        | Refresh | fetch now | `Read again`, `read it again` |\n\
        | Keyboard shortcuts | keys | `\"Keys\"` |\n\
        | Source | a place | |\n\n\
        | Term | Instead of |\n| --- | --- |\n| etag | `mark` |\n";

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let page = Source { path: PAGE.to_owned(), text: GLOSSARY.to_owned() };
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [page, source];
        let read = crate::tidy::rust_files::read(&sources);
        let faults = check(&sources, &read.files);
        faults.into_iter().map(|fault| (fault.line, fault.message)).collect()
    }

    #[test]
    fn the_glossary_s_column_says_what_is_banned() {
        let phrases: Vec<(String, bool)> =
            banned(GLOSSARY).into_iter().map(|banned| (banned.phrase, banned.whole)).collect();
        let expected = [("Read again", false), ("read it again", false), ("Keys", true)];
        assert_eq!(phrases, expected.map(|(phrase, whole)| (phrase.to_owned(), whole)));
    }

    #[test]
    fn a_phrase_is_found_with_its_place_and_the_word_to_use() {
        let text = "fn a() {\n    view! { <Button>\"READ AGAIN now\"</Button> }\n}\n";
        let expected = (2, "\"Read again\": the word is \"Refresh\"".to_owned());
        assert_eq!(found("app/src/catalog/x.rs", text), std::slice::from_ref(&expected));
        assert_eq!(
            found("docs/x.md", "# X\nPress *Read again*.\n"),
            std::slice::from_ref(&expected)
        );
        assert_eq!(found("README.md", "one\nread again\n"), [expected]);
    }

    #[test]
    fn parts_of_words_comments_tests_and_other_files_are_free() {
        assert!(found("app/src/x.rs", "// Read again\nlet a = \"thread against\";").is_empty());
        assert!(
            found("app/src/x.rs", "#[cfg(test)]\nmod tests { const A: &str = \"Read again\"; }")
                .is_empty()
        );
        assert!(found("crates/catalog/src/x.rs", "const A: &str = \"Read again\";").is_empty());
        assert!(found("docs/adr/0001-x.md", "Read again").is_empty());
        // A column of another name forbids nothing.
        assert!(found("app/src/x.rs", "const A: &str = \"mark\";").is_empty());
    }

    #[test]
    fn a_phrase_in_quotes_is_meant_as_a_whole_text() {
        assert_eq!(found("app/src/x.rs", "let a = \"Keys\";").len(), 1);
        assert!(found("app/src/x.rs", "let a = \"Keys of the configuration\";").is_empty());
        assert!(found("app/src/x.rs", "let a = \"keys\";").is_empty());
        assert!(found("README.md", "Keys").is_empty());
    }

    #[test]
    fn without_a_glossary_nothing_can_be_checked() {
        assert_eq!(check(&[], &[]).len(), 1);
        let page = Source { path: PAGE.to_owned(), text: "# Glossary\n".to_owned() };
        assert_eq!(check(&[page], &[]).len(), 1);
    }
}
