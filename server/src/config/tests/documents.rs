//! The documentation is what the description says.

use crate::config::Config;
use crate::config::Settings;
use std::path::Path;

#[test]
fn the_documentation_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    let expected = Config::documentation();
    if crate::config::env("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, &expected).expect("docs/configuration.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    // Not `assert_eq`: two long pages side by side help nobody.
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "docs/configuration.md is stale, first at {differs:?}. Run UPDATE_GOLDEN=1 cargo test -p \
         server config"
    );
}

#[test]
fn every_key_says_what_it_means_and_has_one_default_at_most() {
    let mut keys = 0;
    Settings::section().walk("", &mut |path, key| {
        keys += 1;
        let doc = crate::config::schema::sentence(key.doc);
        assert!(doc.ends_with('.'), "{path}: the description is a sentence: {doc:?}");
        // Keys that exist once have their default in defaults.yaml. A connection is written in
        // full or not at all, so its keys stand for themselves.
        let once =
            !path.contains(['[', '<']) && !path.contains("onnection.") && !path.contains("guest");
        assert!(!once || key.default.is_none(), "{path}: the default belongs in defaults.yaml");
    });
    assert!(keys > 100, "{keys}");
}
