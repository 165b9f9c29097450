//! What colours cost in memory; alone in its file, so that nothing else counts.
#![cfg(target_os = "linux")]

use std::fs;
use techdocs::{Links, Site};

fn resident_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The languages that documentation shows most.
#[test]
fn six_languages_fit_into_forty_megabytes() {
    let languages = [
        ("yaml", "a: \"b\" # c\nd: [1, true]\n"),
        ("json", "{\"a\": [1, \"b\", null]}\n"),
        ("bash", "for i in $(seq 3); do echo \"$i\" | grep -v 2; done # c\n"),
        ("python", "@a\nasync def f(x: int = 1) -> str:\n    return f\"{x}\" # c\n"),
        ("go", "func (a *A) F(x int) error { return nil } // c\n"),
        ("typescript", "export class A<T> { private x = async (y: T) => `a${y}`; } // c\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let links = Links::new("/docs/x/", "/files/x/");
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).unwrap();
    fs::write(docs.join("index.md"), "# No code\n").unwrap();
    let pages = languages.map(|(language, code)| {
        let code = code.repeat(40);
        let page = format!("```{language}\n{code}```\n");
        fs::write(docs.join(format!("{language}.md")), page).unwrap();
        language
    });
    let site = Site::open(folder.path(), "Memory").unwrap();
    site.page("", &links).unwrap();
    let before = resident_kb();
    for page in pages {
        assert!(site.page(page, &links).unwrap().html.contains("<span class=\"hl-"), "{page}");
        println!("after {page}: {} KB more", resident_kb() - before);
    }
    let grown = resident_kb() - before;
    assert!(grown < 40 * 1024, "{grown} KB");
}
