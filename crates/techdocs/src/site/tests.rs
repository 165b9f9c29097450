//! Sites on disk: MkDocs features, addresses, and what lies outside.

use super::*;
use std::fs;
use std::os::unix::fs::symlink;

/// Writes files (`path`, content) into a new folder.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn open(folder: &tempfile::TempDir) -> Site {
    Site::open(folder.path(), "Fallback").unwrap()
}

fn links() -> Links {
    Links::new("/docs/default/component/x/", "/static/x/")
}

/// The navigation as indented lines.
fn outline(items: &[NavItem], depth: usize) -> String {
    let mut text = String::new();
    for item in items {
        let place = item.path.as_deref().or(item.url.as_deref()).unwrap_or("+");
        let mark = if item.missing {
            " (missing)"
        } else if item.is_file {
            " (file)"
        } else {
            ""
        };
        text.push_str(&format!("{}{} > {place}{mark}\n", "  ".repeat(depth), item.title));
        text.push_str(&outline(&item.children, depth + 1));
    }
    text
}

const HANDBOOK: &[(&str, &str)] = &[
    (
        "mkdocs.yml",
        "site_name: Handbook\nsite_description: How we work\nrepo_url: https://git.example/a\nedit_uri: edit/main/docs/\nnav:\n  - index.md\n  - Guides:\n      - guides/setup.md\n      - Own title: guides/run.md\n      - guides/gone.md\n  - Plan: plan.pdf\n  - Web: https://example.org\nplugins:\n  - redirects:\n      redirect_maps:\n        old/page.md: guides/run.md#x\n        out.md: https://example.org/new\nexclude_docs: |\n  drafts/\n",
    ),
    ("docs/index.md", "# Welcome\n\nGo to [set up](guides/setup.md).\n"),
    ("docs/guides/setup.md", "---\ntitle: Set up\n---\n# Other\n![p](../img/p.png)\n"),
    ("docs/guides/run.md", "# Run it\n"),
    ("docs/hidden.md", "# Not in the navigation\n"),
    ("docs/drafts/a.md", "# Draft\n"),
    ("docs/plan.pdf", "%PDF"),
    ("docs/img/p.png", "png"),
    ("docs/img/d.svg", "<svg onload=alert(1)/>"),
    ("docs/.secret.md", "secret"),
    ("outside.md", "outside"),
];

#[test]
fn a_site_with_a_configuration() {
    let folder = folder(HANDBOOK);
    let site = open(&folder);
    assert_eq!(
        outline(site.nav(), 0),
        "Welcome > \nGuides > +\n  Set up > guides/setup/\n  Own title > guides/run/\n  Gone > guides/gone/ (missing)\nPlan > plan.pdf (file)\nWeb > https://example.org\n"
    );
    let problems: Vec<_> = site.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "mkdocs.yml:10: the navigation names `guides/gone.md`, which is not there; write the page or remove the line."
        ]
    );
    let page = site.page("guides/setup/", &links()).unwrap();
    assert_eq!((page.title.as_str(), page.path.as_str()), ("Set up", "guides/setup/"));
    assert_eq!(page.source, "guides/setup.md");
    assert_eq!(page.prev.unwrap().title, "Welcome");
    assert_eq!(
        page.next.unwrap(),
        model::docs::PageLink { path: "guides/run/".into(), title: "Own title".into() }
    );
    assert_eq!(
        page.edit_url.as_deref(),
        Some("https://git.example/a/edit/main/docs/guides/setup.md")
    );
    assert!(page.html.contains("src=\"/static/x/img/p.png\""), "{}", page.html);
    assert!(page.modified_at.unwrap().0 > 0);
    let first = site.page("", &links()).unwrap();
    assert!(
        first.html.contains("href=\"/docs/default/component/x/guides/setup/\""),
        "{}",
        first.html
    );
    assert_eq!(
        (first.prev, first.next.map(|page| page.path)),
        (None, Some("guides/setup/".into()))
    );
    let hidden = site.page("hidden", &links()).unwrap();
    assert_eq!(
        (hidden.title.as_str(), hidden.prev, hidden.next),
        ("Not in the navigation", None, None)
    );
    assert_eq!(site.pages().count(), 4);
    assert_eq!(site.page_text("guides/run").unwrap().title, "Own title");
    assert_eq!(site.page_text("").unwrap().text, "Welcome\nGo to set up.");
}

#[test]
fn addresses_in_every_way_of_writing() {
    let folder = folder(HANDBOOK);
    let site = open(&folder);
    let check = |path: &str, expected: &str| {
        let found = match site.place(path) {
            Some(Place::Page(path)) => format!("page {path}"),
            Some(Place::File(path)) => format!("file {path}"),
            Some(Place::Moved(Moved::Page(path))) => format!("moved {path}"),
            Some(Place::Moved(Moved::Url(url))) => format!("moved {url}"),
            None => "-".to_owned(),
        };
        assert_eq!(found, expected, "{path}");
    };
    check("", "page ");
    check("/", "page ");
    check("index.html", "page ");
    check("index.md", "page ");
    check("guides/run", "page guides/run/");
    check("guides/run/", "page guides/run/");
    check("guides/run/index.html", "page guides/run/");
    check("guides/run.html", "page guides/run/");
    check("guides/run.md", "page guides/run/");
    check("guides//./run/", "page guides/run/");
    check("img/p.png", "file img/p.png");
    check("old/page/", "moved guides/run/");
    check("old/page/index.html", "moved guides/run/");
    check("out/", "moved https://example.org/new");
    for path in [
        "nope",
        "guides",
        "guides/",
        "drafts/a/",
        ".secret.md",
        "../outside.md",
        "..",
        "img",
        "index",
        "a\0",
    ] {
        check(path, "-");
    }
}

#[test]
fn a_page_that_is_not_there_says_why() {
    let folder = folder(HANDBOOK);
    let site = open(&folder);
    let check = |path: &str, expected: &str| {
        let error = site.page(path, &links()).unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }));
        assert!(error.to_string().contains(expected), "{path}: {error}");
    };
    check("guides/gone/", "names the page “Gone”, whose file is not in `docs`");
    check("nope", "There is no page `nope`");
    check("img/p.png", "There is no page");
}

#[test]
fn files_are_handed_out_safely() {
    let folder = folder(HANDBOOK);
    symlink(folder.path().join("outside.md"), folder.path().join("docs/inside.md")).unwrap();
    symlink("/etc/passwd", folder.path().join("docs/passwd.png")).unwrap();
    let site = open(&folder);
    assert_eq!(site.asset("img/p.png").unwrap().content_type, "image/png");
    assert_eq!(site.asset("img/d.svg").unwrap().content_type, "text/plain; charset=utf-8");
    // A link that stays within the folder is followed; it is a page like any other.
    assert_eq!(site.page_text("inside").unwrap().text, "outside");
    for path in [
        "passwd.png",
        "../outside.md",
        "/etc/passwd",
        "../../etc/passwd",
        "img/../../outside.md",
        ".secret.md",
        "img",
        "",
        "drafts/a.md",
        "img/p.png/../../../outside.md",
        "..\\outside.md",
        "%2e%2e/outside.md",
    ] {
        assert!(site.asset(path).is_err(), "{path}");
    }
    let problems: Vec<_> = site.problems().iter().map(ToString::to_string).collect();
    assert!(
        problems[0].starts_with(
            "docs/passwd.png: `passwd.png` is or lies behind a symbolic link that leaves"
        ),
        "{problems:?}"
    );
    // A link set after the site was opened is refused as well.
    fs::remove_file(folder.path().join("docs/img/p.png")).unwrap();
    symlink("/etc/passwd", folder.path().join("docs/img/p.png")).unwrap();
    assert!(site.asset("img/p.png").is_err());
    fs::remove_file(folder.path().join("docs/guides/run.md")).unwrap();
    symlink("/etc/passwd", folder.path().join("docs/guides/run.md")).unwrap();
    assert!(site.page("guides/run", &links()).is_err());
}

#[test]
fn a_site_without_a_configuration() {
    let folder = folder(&[
        ("docs/README.md", "Hello\n"),
        ("docs/b.md", "text"),
        ("docs/a-guide.md", "text"),
        ("docs/deep/x.md", "# X\n"),
    ]);
    let site = open(&folder);
    assert_eq!(site.title(), "Fallback");
    assert_eq!(
        outline(site.nav(), 0),
        "Home > \nA guide > a-guide/\nB > b/\nDeep > +\n  X > deep/x/\n"
    );
    assert_eq!(site.page("", &links()).unwrap().source, "README.md");
    assert!(site.problems().is_empty());
}

#[test]
fn a_site_without_an_index_opens_with_its_first_page() {
    let site_folder =
        folder(&[("mkdocs.yaml", "nav:\n- z.md\n"), ("docs/a.md", ""), ("docs/z.md", "")]);
    assert_eq!(open(&site_folder).page("", &links()).unwrap().path, "z/");
    let empty = folder(&[("docs/p.png", "")]);
    let error = open(&empty).page("", &links()).unwrap_err().to_string();
    assert!(error.contains("holds no Markdown file yet"), "{error}");
}

#[test]
fn a_folder_that_is_no_site_says_what_to_do() {
    let check = |files: &[(&str, &str)], expected: &str| {
        let error = Site::open(folder(files).path(), "x").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        &[("a.md", "")],
        "There is no folder `docs` with Markdown files beside mkdocs.yml, which is not there either",
    );
    check(
        &[("mkdocs.yml", "docs_dir: x")],
        "There is no folder `x` with Markdown files beside mkdocs.yml;",
    );
    check(&[("mkdocs.yml", "docs_dir: ../x")], "mkdocs.yml:1: docs_dir is `../x`");
    check(&[("mkdocs.yml", "a: [")], "mkdocs.yml:");
    let linked = folder(&[("mkdocs.yml", "")]);
    symlink("/etc", linked.path().join("docs")).unwrap();
    let error = Site::open(linked.path(), "x").unwrap_err().to_string();
    assert!(error.contains("symbolic link that leaves"), "{error}");
    fs::remove_file(linked.path().join("mkdocs.yml")).unwrap();
    symlink("/etc/passwd", linked.path().join("mkdocs.yml")).unwrap();
    let error = Site::open(linked.path(), "x").unwrap_err().to_string();
    assert!(error.contains("`mkdocs.yml` is or lies behind a symbolic link"), "{error}");
}

#[test]
fn two_files_with_one_address_are_a_problem() {
    let folder = folder(&[
        ("docs/index.md", "# I\n"),
        ("docs/README.md", ""),
        ("docs/a.md", ""),
        ("docs/a/index.md", "# AI\n"),
    ]);
    let site = open(&folder);
    assert_eq!(site.page("a", &links()).unwrap().source, "a/index.md");
    let problems: Vec<_> = site.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["docs/a.md: `a/index.md` has the same address; rename one of them."]);
}

#[test]
fn metadata_follows_the_files() {
    let folder = folder(HANDBOOK);
    let before = open(&folder).metadata();
    assert_eq!(
        (before.site_name.as_str(), before.site_description.as_str()),
        ("Handbook", "How we work")
    );
    assert_eq!(
        before.files,
        [
            "guides/run/index.html",
            "guides/setup/index.html",
            "hidden/index.html",
            "img/d.svg",
            "img/p.png",
            "index.html",
            "plan.pdf"
        ]
    );
    assert!(before.build_timestamp > 0);
    assert_eq!(open(&folder).metadata(), before);
    fs::write(folder.path().join("docs/hidden.md"), "# Changed and longer\n").unwrap();
    let after = open(&folder);
    assert_ne!(after.etag(), before.etag);
    assert_eq!(after.stamp("hidden").unwrap().size, 21);
    fs::write(folder.path().join("mkdocs.yml"), "site_name: Other\n").unwrap();
    assert_ne!(open(&folder).etag(), after.etag());
}

#[test]
fn an_included_site_stands_below_its_name() {
    let whole = folder(&[
        (
            "mkdocs.yml",
            "repo_url: https://git.example/a\nedit_uri: edit/main/docs/\nnav:\n- index.md\n- Part: '!include parts/p/mkdocs.yml'\n",
        ),
        ("docs/index.md", "# Whole\n"),
        ("parts/p/mkdocs.yml", "site_name: p\nnav:\n- x.md\n"),
        ("parts/p/docs/x.md", "# X\n\n[home](../index.md) [lost](no.md)\n\n![i](i.png)\n"),
        ("parts/p/docs/i.png", "png"),
        ("parts/p/docs/.hidden.md", "hidden"),
    ]);
    let site = open(&whole);
    assert_eq!(outline(site.nav(), 0), "Whole > \nPart > +\n  X > p/x/\n");
    let page = site.page("p/x/", &links()).unwrap();
    assert_eq!(page.edit_url.as_deref(), Some("https://git.example/a/edit/main/parts/p/docs/x.md"));
    assert!(page.html.contains("src=\"/static/x/p/i.png\""), "{}", page.html);
    assert!(page.html.contains("href=\"/docs/default/component/x/\""), "{}", page.html);
    assert!(
        page.warnings[0].to_string().starts_with("parts/p/docs/x.md:3: `no.md` is not there"),
        "{:?}",
        page.warnings
    );
    assert_eq!(page.prev.map(|page| page.title), Some("Whole".to_owned()));
    assert_eq!(site.asset("p/i.png").unwrap().bytes, b"png");
    assert!(site.asset("p/.hidden.md").is_err());
    assert!(site.asset("parts/p/docs/i.png").is_err());
    assert_eq!(site.page_text("p/x").unwrap().title, "X");
    fs::write(whole.path().join("parts/p/mkdocs.yml"), "site_name: p\nnav:\n- N: x.md\n").unwrap();
    let changed = open(&whole);
    assert_ne!(changed.etag(), site.etag());
    assert_eq!(changed.page("p/x", &links()).unwrap().title, "N");
}

#[test]
fn a_huge_page_is_refused_and_the_rest_works() {
    let folder = folder(&[("docs/index.md", "# I\n"), ("docs/latin.md", "")]);
    let huge = "x".repeat(markdown::MAX_PAGE_BYTES as usize + 1);
    fs::write(folder.path().join("docs/huge.md"), huge).unwrap();
    fs::write(folder.path().join("docs/latin.md"), [0xff]).unwrap();
    let site = open(&folder);
    let error = site.page("huge", &links()).unwrap_err().to_string();
    assert!(error.contains("`huge.md` has 1048577 bytes, at most 1048576 are read"), "{error}");
    let error = site.page("latin", &links()).unwrap_err().to_string();
    assert!(error.contains("not UTF-8"), "{error}");
    assert_eq!(site.page("", &links()).unwrap().title, "I");
    let problems: Vec<_> = site.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        ["docs/huge.md: the page has 1048577 bytes, at most 1048576 are shown; split it."]
    );
}

#[test]
fn a_huge_file_is_refused() {
    let folder = folder(&[("docs/index.md", ""), ("docs/big.zip", "")]);
    let file = fs::File::create(folder.path().join("docs/big.zip")).unwrap();
    file.set_len(MAX_FILE_BYTES + 1).unwrap();
    let error = open(&folder).asset("big.zip").unwrap_err().to_string();
    assert!(error.contains("at most 33554432 are read"), "{error}");
}

/// Every site of the shared samples is opened and every page of it rendered.
#[test]
fn shared_samples_render() {
    fn find(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                find(&path, found);
            } else if matches!(
                path.file_name().and_then(|name| name.to_str()),
                Some("mkdocs.yml" | "mkdocs.yaml")
            ) {
                found.extend(path.parent().map(Path::to_path_buf));
            }
        }
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let named = std::env::var_os("CALLBOARD_CONFORMANCE_DIR").map(std::path::PathBuf::from);
    let Some(root) = named.or(beside.is_dir().then_some(beside)) else {
        println!("skipped: no data: no folder with samples (CALLBOARD_CONFORMANCE_DIR names one)");
        return;
    };
    let mut sites = Vec::new();
    find(&root.join("samples"), &mut sites);
    assert!(!sites.is_empty(), "no site in {}", root.display());
    for root in sites {
        let site = Site::open(&root, "Sample").unwrap();
        for path in site.pages() {
            let page = site.page(path, &links()).unwrap();
            assert!(!page.html.is_empty(), "{} {path}", root.display());
            assert!(!page.html.contains("<script"), "{} {path}", root.display());
        }
    }
}
