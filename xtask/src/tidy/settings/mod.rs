//! Keys of the configuration: each that is declared in `server/src/config` is read by the program and
//! stands in `docs/configuration.md`, and none is read that is not declared.
//!
//! What reads a key is found by following the types of expressions from [`ROOT`], see `reads.rs`.
//! Checking a value (`check` functions, `callboard check`) is not reading it.

mod declared;
mod reads;

use super::Fault;
use declared::Declared;
pub use declared::File;
use std::collections::BTreeSet;

/// Where people read about all keys.
pub const PAGE: &str = "docs/configuration.md";
const RULE: &str = "configuration";

/// The folder that declares all keys.
const FOLDER: &str = "server/src/config/";

/// The description that all others hang on.
const ROOT: &str = "config::Settings";

/// Files that try or check what is configured without using it.
const ONLY_CHECKED: [&str; 2] = ["server/src/config/connections.rs", "server/src/check.rs"];

/// Keys whose whole effect is that they are refused.
const REFUSED: [&str; 1] = ["backend.auth.externalAccess.accessRestrictions"];

/// Whether this rule reads the file.
pub fn concerns(path: &str) -> bool {
    path.starts_with("server/src/") && !path.contains("/tests/") && !path.ends_with("/tests.rs")
}

pub fn check(files: &[File<'_>], page: &str) -> Vec<Fault> {
    let declared = Declared::read(files.iter().filter(|file| file.path.starts_with(FOLDER)));
    if declared.sections.is_empty() {
        return Vec::new();
    }
    let others = files.iter().filter(|file| !ONLY_CHECKED.contains(&file.path));
    let read = reads::find(others, files, &declared);
    let paths = declared.paths(ROOT);
    let documented: BTreeSet<String> = page.lines().filter_map(documented_key).collect();
    let mut faults = Vec::new();
    for (id, section) in &declared.sections {
        for key in &section.keys {
            let mut fault = |message: String| {
                let file = section.file.clone();
                faults.push(Fault { file, line: key.line, rule: RULE, message });
            };
            let path = paths.get(&(id.clone(), key.field.clone()));
            let shown = path.unwrap_or(&key.name);
            if !read.contains(&(id.clone(), key.field.clone()))
                && !REFUSED.contains(&shown.as_str())
            {
                fault(format!(
                    "the key `{shown}` is declared and nothing reads it; use its value, or name it \
                     under `unused`"
                ));
            }
            // A type of its own may stand between the root and a description; then the name counts.
            let row = match path {
                Some(path) => documented.contains(path),
                None => documented.iter().any(|row| row.ends_with(&format!(".{shown}"))),
            };
            // A description by hand has rows of its own making.
            if section.from_macro && !row {
                fault(format!("the key `{shown}` is read and {PAGE} does not have it"));
            }
        }
    }
    faults.extend(undeclared(&declared));
    faults
}

/// Names of keys that code of the configuration asks for and no description has.
fn undeclared(declared: &Declared) -> Vec<Fault> {
    let names: BTreeSet<&str> = declared
        .sections
        .values()
        .flat_map(|section| section.keys.iter().map(|key| key.name.as_str()))
        .chain(declared.by_hand.iter().map(String::as_str))
        .collect();
    let unknown = declared.asked.iter().filter(|(name, ..)| !names.contains(name.as_str()));
    let fault = |(name, file, line): &(String, String, usize)| Fault {
        file: file.clone(),
        line: *line,
        rule: RULE,
        message: format!("the key `{name}` is read here and declared nowhere"),
    };
    unknown.map(fault).collect()
}

/// The key of a heading or of a row of the page's tables, as [`Declared::paths`] writes it.
fn documented_key(line: &str) -> Option<String> {
    if let Some(heading) = line.strip_prefix("## ") {
        return Some(heading.to_owned());
    }
    let cell = line.strip_prefix("| `")?;
    let (key, _) = cell.split_once('`')?;
    Some(
        key.split('.')
            .filter(|part| !part.starts_with('<'))
            .map(bare)
            .collect::<Vec<_>>()
            .join("."),
    )
}

/// `locations[]` as `locations`.
fn bare(part: &str) -> &str {
    part.trim_end_matches("[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a configuration, a program and a page.
    fn faults(config: &str, program: &str, page: &str) -> Vec<String> {
        let config = syn::parse_str(config).unwrap();
        let program = syn::parse_str(program).unwrap();
        let files = [
            File { path: "server/src/config/mod.rs", syntax: &config },
            File { path: "server/src/compose.rs", syntax: &program },
        ];
        check(&files, page).into_iter().map(|fault| fault.message).collect()
    }

    const CONFIG: &str = r#"
        section! {
            /// All.
            pub struct Settings {
                /// Its name.
                title("title"): String, example "Acme";
                /// Groups.
                groups("groups"): BTreeMap<String, Vec<Group>>;
            }
            unused { "old": "Gone." }
            check Settings::check;
        }
        section! {
            /// A group.
            pub struct Group {
                /// Its size.
                size("size"): u32 = "1";
            }
        }
        pub struct Config { pub settings: Settings }
    "#;
    const PAGE_TEXT: &str =
        "| `title` | text |\n| `groups` | x |\n| `groups.<name>[].size` | number |\n";

    #[test]
    fn keys_that_are_read_and_documented_hold() {
        let program = "fn f(config: &Config) { g(&config.title); \
                       for group in config.groups.values().flatten() { h(group.size); } }";
        assert_eq!(faults(CONFIG, program, PAGE_TEXT), Vec::<String>::new());
        let closure = "fn f(config: &Config) { let x = config.title.clone(); \
                       config.groups.iter().map(|(_, all)| all.iter().map(|it| it.size)); }";
        assert_eq!(faults(CONFIG, closure, PAGE_TEXT), Vec::<String>::new());
        let matched = "fn f(config: &Config) { config.title; match config.groups.get(x) { \
                       Some(group) if group.size > 1 => g(), _ => {} } }";
        assert_eq!(faults(CONFIG, matched, PAGE_TEXT), Vec::<String>::new());
        let typed = "use crate::config::Group; fn g(group: &[Group]) -> u32 { group[0].size } \
                     fn f(config: &Config) { println!(\"{}\", config.title); g(&config.groups) }";
        assert_eq!(faults(CONFIG, typed, PAGE_TEXT), Vec::<String>::new());
    }

    #[test]
    fn a_key_that_nothing_reads_is_named_by_its_path() {
        let program =
            "fn f(config: &Config, other: &Other) { config.title; config.groups; other.size; }";
        let expected = "the key `groups.size` is declared and nothing reads it; use its value, or \
                        name it under `unused`";
        assert_eq!(faults(CONFIG, program, PAGE_TEXT), [expected]);
    }

    #[test]
    fn checking_a_value_is_not_reading_it() {
        let config = format!(
            "{CONFIG} impl Settings {{ fn check(&mut self, t: &Tree, reader: &mut Reader<'_>) \
             {{ self.title.len(); for g in self.groups.values().flatten() {{ g.size; }} }} }}"
        );
        assert_eq!(faults(&config, "fn f() {}", PAGE_TEXT).len(), 3);
        let used = format!(
            "{CONFIG} impl Settings {{ fn sum(&self) {{ self.title.len(); for g in \
             self.groups.values().flatten() {{ g.size; }} }} }}"
        );
        assert!(faults(&used, "fn f() {}", PAGE_TEXT).is_empty());
        let in_tests = "#[cfg(test)] mod tests { fn f(config: &Config) { config.title; } }";
        assert_eq!(faults(CONFIG, in_tests, PAGE_TEXT).len(), 3);
    }

    #[test]
    fn a_key_without_a_row_on_the_page_is_named() {
        let program = "fn f(config: &Config) { config.title; for g in config.groups { g.size; } }";
        let expected = "the key `groups.size` is read and docs/configuration.md does not have it";
        assert_eq!(faults(CONFIG, program, "| `title` | x |\n| `groups` | x |\n"), [expected]);
    }

    #[test]
    fn a_key_that_is_read_and_declared_nowhere_is_named() {
        let program = "fn f(config: &Config) { config.title; for g in config.groups { g.size; } }";
        let config = format!(
            "{CONFIG} fn more(tree: &Tree) {{ tree.get(\"secret\"); tree.get(\"size\"); }}"
        );
        let expected = "the key `secret` is read here and declared nowhere";
        assert_eq!(faults(&config, program, PAGE_TEXT), [expected]);
    }

    #[test]
    fn descriptions_written_by_hand_count_by_their_fields() {
        let config = r#"
            section! {
                /// All.
                pub struct Settings {
                    /// Ways.
                    ways("ways"): Ways;
                }
            }
            pub struct Ways { pub guest: Option<String>, pub later: String }
            impl Setting for Ways {
                fn shape() -> Shape { static S: Section = Section { keys: &[Key { name: "guest" }, Key { name: "<way>" }] }; }
                fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> { None }
            }
        "#;
        let page = "| `ways` | x |\n| `ways.guest` | x |\n";
        let program = "fn f(settings: &Settings) { settings.ways.guest; settings.ways.later; }";
        assert_eq!(faults(config, program, page), Vec::<String>::new());
        let program = "fn f(settings: &Settings) { settings.ways.guest; }";
        let found = faults(config, program, page);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("the key `ways.later` is declared"), "{found:?}");
    }
}
