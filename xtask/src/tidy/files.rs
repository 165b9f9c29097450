//! What no file of the checkout may hold: places that exist on one machine only.

use super::{Fault, Source};

/// Texts that name one machine or one company's mirror of a registry, and what to do instead.
///
/// They are put together here so that this file does not break its own rule.
fn forbidden() -> [(String, &'static str); 5] {
    [
        (format!("{}work{}", '/', '/'), "a path of one machine; write it relative to the checkout"),
        (format!("{}root{}", '/', "/."), "a path of one person's home; use `~` or a variable"),
        (
            format!("\"resolved\": \"{}", "http"),
            "a registry's address in a lock file; leave `resolved` out",
        ),
        (
            format!("registry{}http", '='),
            "a registry's address; leave it to the machine's configuration",
        ),
        (
            format!("index-url{}", " ="),
            "a registry's address; leave it to the machine's configuration",
        ),
    ]
}

pub fn check(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (text, reason) in forbidden() {
        for (number, line) in source.text.lines().enumerate() {
            if line.contains(&text) {
                faults.push(source.fault(number + 1, "places", format!("`{text}` is {reason}")));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forbidden_text_is_found_with_its_line() {
        for (text, _) in forbidden() {
            let source = Source { path: "x.md".into(), text: format!("fine\nsee {text}abc\n") };
            let found = check(&source);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].line, 2);
        }
        let source = Source { path: "x.md".into(), text: "a network/of things".into() };
        assert!(check(&source).is_empty());
    }
}
