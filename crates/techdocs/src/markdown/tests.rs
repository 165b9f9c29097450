//! Pages in, HTML out: each feature with the HTML it makes, and what hostile pages come to.

mod extensions;
mod hostile;

use super::*;
use crate::folder::{DocFile, Folder};
use crate::images::ImageHosts;
use std::fs;

/// A docs folder with a few files to link to.
struct Sample {
    _folder: tempfile::TempDir,
    docs: Folder,
    images: ImageHosts,
    keys: bool,
}

impl Sample {
    fn new() -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let root = &folder.path().join("docs");
        fs::create_dir_all(root.join("guides")).unwrap();
        fs::create_dir_all(root.join("parts")).unwrap();
        fs::write(root.join("index.md"), "# Home").unwrap();
        fs::write(root.join("guides/setup.md"), "# Set up").unwrap();
        fs::write(root.join("p.png"), "png").unwrap();
        fs::write(root.join("d.svg"), "<svg/>").unwrap();
        fs::write(root.join("parts/a.md"), "from *a*\n").unwrap();
        fs::write(root.join("parts/loop.md"), "x\n--8<-- \"parts/loop.md\"\n").unwrap();
        fs::write(root.join("parts/one.md"), "one\n\n--8<-- \"parts/two.md\"\n").unwrap();
        fs::write(
            root.join("parts/two.md"),
            "two\n\n--8<-- \"parts/one.md\"\n--8<-- \"parts/two.md:1:1\"\n",
        )
        .unwrap();
        fs::write(root.join("parts/bad.md"), "ok\n[x](nowhere.md)\n").unwrap();
        fs::write(
            root.join("parts/code.py"),
            "one\n# --8<-- [start:part]\ntwo\nthree\n# --8<-- [end:part]\nfour\n",
        )
        .unwrap();
        fs::write(folder.path().join("README.md"), "beside *it*\n").unwrap();
        fs::create_dir_all(folder.path().join(".git")).unwrap();
        fs::write(folder.path().join(".git/config"), "password").unwrap();
        let docs = Folder::open(folder.path()).unwrap().below("docs").unwrap();
        Sample { _folder: folder, docs, images: ImageHosts::default(), keys: false }
    }

    fn site<'a>(&'a self, files: &'a [DocFile]) -> Docs<'a> {
        Docs { folder: &self.docs, files, images: &self.images, keys: self.keys }
    }

    fn render(&self, text: &str) -> Rendered {
        let files = self.docs.list().unwrap().files;
        let links = Links::new("/docs/x/", "/files/x/");
        render(text, "guides/page.md", self.site(&files), &links)
    }

    fn plain_text(&self, text: &str) -> String {
        let files = self.docs.list().unwrap().files;
        plain_text(text, "guides/page.md", self.site(&files))
    }
}

/// The HTML of a page without the ends of lines between elements.
fn html(text: &str) -> String {
    Sample::new().render(text).html.replace(">\n", ">").trim().to_owned()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(html(text), expected, "{text}");
}

#[track_caller]
fn check_warnings(text: &str, expected: &[&str]) {
    let found: Vec<_> =
        Sample::new().render(text).warnings.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn words() {
    check(
        "a *b* **c** ~~d~~ `e<` H~2~O",
        "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code> H<sub>2</sub>O</p>",
    );
    check(
        "see https://example.org/a_b_c.",
        "<p>see <a href=\"https://example.org/a_b_c\" rel=\"noopener noreferrer\">https://example.org/a_b_c</a>.</p>",
    );
    check("a  \nb\\\nc", "<p>a<br>b<br>c</p>");
    check("The HTML is\n\n*[HTML]: Markup\n", "<p>The <abbr title=\"Markup\">HTML</abbr> is</p>");
    check(
        "`#!python None`",
        "<p><code class=\"language-python\"><span class=\"hl-b\">None</span></code></p>",
    );
}

#[test]
fn headings_have_ids_and_links_to_themselves() {
    let link = |id: &str| {
        format!(
            "<a class=\"headerlink\" href=\"#{id}\" title=\"Link to this section\" aria-label=\"Link to this section\" rel=\"noopener noreferrer\">¶</a>"
        )
    };
    check(
        "# A `b`\n## A b\n## C {#own .x}\n",
        &format!(
            "<h1 id=\"a-b\">A <code>b</code>{}</h1><h2 id=\"a-b_1\">A b{}</h2><h2 id=\"own\">C{}</h2>",
            link("a-b"),
            link("a-b_1"),
            link("own")
        ),
    );
    let page = Sample::new().render("---\ntitle: Head\n---\n# First\n### Third & last {: #t }\n");
    assert_eq!(page.title.as_deref(), Some("Head"));
    let toc: Vec<_> = page.toc.iter().map(|e| (e.level, e.id.as_str(), e.title.as_str())).collect();
    assert_eq!(toc, [(1, "first", "First"), (3, "t", "Third & last")]);
}

#[test]
fn tables_scroll_and_align_by_class() {
    check(
        "| a | b |\n|:--|--:|\n| 1 | `x\\|y` |\n",
        "<div class=\"table-scroll\" tabindex=\"0\"><table><thead><tr><th class=\"align-left\">a</th><th class=\"align-right\">b</th></tr></thead><tbody><tr><td class=\"align-left\">1</td><td class=\"align-right\"><code>x|y</code></td></tr></tbody></table></div>",
    );
}

#[test]
fn lists_tasks_and_definitions() {
    check(
        "- [x] a\n- [ ] b\n",
        "<ul><li><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"done\"> a</li><li><input type=\"checkbox\" disabled=\"\" aria-label=\"open\"> b</li></ul>",
    );
    check("3. a\n4. b\n", "<ol start=\"3\"><li>a</li><li>b</li></ol>");
    check("Term\n:   Meaning\n", "<dl><dt>Term</dt><dd>Meaning</dd></dl>");
}

#[test]
fn footnotes_stand_at_the_end() {
    check(
        "a[^x] b[^x]\n\n[^x]: Note *n*.\n\nc\n",
        "<p>a<sup id=\"fnref:x\"><a class=\"footnote-ref\" href=\"#fn:x\" aria-label=\"Footnote 1\" rel=\"noopener noreferrer\">1</a></sup> b<sup id=\"fnref2:x\"><a class=\"footnote-ref\" href=\"#fn:x\" aria-label=\"Footnote 1\" rel=\"noopener noreferrer\">1</a></sup></p><p>c</p><section class=\"footnotes\" aria-label=\"Footnotes\"><ol><li id=\"fn:x\"><p>Note <em>n</em>. <a class=\"footnote-backref\" href=\"#fnref:x\" aria-label=\"Back to where footnote 1 is mentioned\" rel=\"noopener noreferrer\">↩</a></p></li></ol></section>",
    );
}

#[test]
fn admonitions() {
    check(
        "!!! warning \"Mind *this*\"\n    One\n    two\n\n    - three\n\nafter\n",
        "<div class=\"admonition warning\"><p class=\"admonition-title\">Mind <em>this</em></p><p>One\ntwo</p><ul><li>three</li></ul></div><p>after</p>",
    );
    check("!!! tip \"\"\n    x\n", "<div class=\"admonition tip\"><p>x</p></div>");
    check(
        "!!! own inline end\n    x\n",
        "<div class=\"admonition note admonition--inline admonition--end\"><p class=\"admonition-title\">Own</p><p>x</p></div>",
    );
    check(
        "???+ note \"Open\"\n    x\n",
        "<details class=\"admonition note\" open=\"\"><summary class=\"admonition-title\">Open</summary><p>x</p></details>",
    );
    check(
        "??? bug\n    !!! tip\n        in\n    out\n",
        "<details class=\"admonition bug\"><summary class=\"admonition-title\">Bug</summary><div class=\"admonition tip\"><p class=\"admonition-title\">Tip</p><p>in</p></div><p>out</p></details>",
    );
    check(
        "> [!CAUTION]\n> Hot\n",
        "<div class=\"admonition caution\"><p class=\"admonition-title\">Caution</p><p>Hot</p></div>",
    );
}

#[test]
fn admonitions_know_lists_from_code() {
    check(
        "1. one\n\n    !!! note\n        in the item\n\n2. two\n",
        "<ol><li><p>one</p><div class=\"admonition note\"><p class=\"admonition-title\">Note</p><p>in the item</p></div></li><li><p>two</p></li></ol>",
    );
    let code = |text: &str| {
        format!("<div class=\"highlight\"><pre tabindex=\"0\"><code>{text}\n</code></pre></div>")
    };
    check(
        "text\n\n    !!! note\n        code\n",
        &format!("<p>text</p>{}", code("!!! note\n    code")),
    );
    check("```\n!!! note\n    x\n```\n", &code("!!! note\n    x"));
    check("<!--\n!!! note\n    hidden\n-->\nx\n", "<p>x</p>");
    // What a block's author left open ends with the block.
    check(
        "!!! note\n    ```\n    open\n\nafter\n",
        &format!(
            "<div class=\"admonition note\"><p class=\"admonition-title\">Note</p>{}</div><p>after</p>",
            code("open\n")
        ),
    );
}

#[test]
fn tabs_work_without_script() {
    check(
        "=== \"A\"\n    a\n\n=== \"B\"\n\n    b\n\nx\n\n=== \"C\"\n    c\n",
        "<div class=\"tabbed-set\"><input type=\"radio\" class=\"tabbed-input\" name=\"__tabbed_1\" id=\"__tabbed_1_1\" checked=\"\"><label class=\"tabbed-label\" for=\"__tabbed_1_1\">A</label><div class=\"tabbed-block\"><p>a</p></div><input type=\"radio\" class=\"tabbed-input\" name=\"__tabbed_1\" id=\"__tabbed_1_2\"><label class=\"tabbed-label\" for=\"__tabbed_1_2\">B</label><div class=\"tabbed-block\"><p>b</p></div></div><p>x</p><div class=\"tabbed-set\"><input type=\"radio\" class=\"tabbed-input\" name=\"__tabbed_2\" id=\"__tabbed_2_1\" checked=\"\"><label class=\"tabbed-label\" for=\"__tabbed_2_1\">C</label><div class=\"tabbed-block\"><p>c</p></div></div>",
    );
    assert_eq!(html("=== \"A\"\n    a\n===! \"B\"\n    b\n").matches("tabbed-set").count(), 2);
}

#[test]
fn code_has_colours_titles_and_marked_lines() {
    check(
        "```py title=\"x.py\" hl_lines=\"2\"\ndef f():\n    pass\n```\n",
        "<div class=\"highlight\"><div class=\"highlight-title\">x.py</div><pre tabindex=\"0\"><code class=\"language-py\"><span class=\"hl-line\"><span class=\"hl-k\">def</span> <span class=\"hl-f\">f</span>():\n</span><span class=\"hl-line hl-marked\">    <span class=\"hl-k\">pass</span></span></code></pre></div>",
    );
    check(
        "```mermaid\ngraph TD; A-->B\n```\n",
        "<pre class=\"mermaid\" tabindex=\"0\"><code class=\"language-mermaid\">graph TD; A--&gt;B\n</code></pre>",
    );
}

#[test]
fn links_and_pictures_lead_to_the_portal() {
    let rel = "rel=\"noopener noreferrer\"";
    check("[a](setup.md#x)", &format!("<p><a href=\"/docs/x/guides/setup/#x\" {rel}>a</a></p>"));
    check("[a](../index.md)", &format!("<p><a href=\"/docs/x/\" {rel}>a</a></p>"));
    check(
        "[a]\n\n[a]: ../p.png\n",
        &format!("<p><a href=\"/files/x/p.png\" target=\"_blank\" {rel}>a</a></p>"),
    );
    check(
        "![A \"b\"](../p.png \"T\"){ width=\"30\" align=right onerror=x }",
        "<p><img src=\"/files/x/p.png\" alt=\"A &quot;b&quot;\" title=\"T\" loading=\"lazy\" width=\"30\" align=\"right\"></p>",
    );
    check(
        "![d](../d.svg)",
        "<p><img src=\"data:image/svg+xml;base64,PHN2Zy8+\" alt=\"d\" loading=\"lazy\"></p>",
    );
    check(
        "[Go](setup.md){ .md-button .fixed }",
        &format!("<p><a href=\"/docs/x/guides/setup/\" class=\"md-button\" {rel}>Go</a></p>"),
    );
    check(
        "<a href=\"setup.md\">a</a> <img src=\"../p.png\">",
        &format!(
            "<p><a href=\"/docs/x/guides/setup/\" {rel}>a</a> <img src=\"/files/x/p.png\"></p>"
        ),
    );
    check(
        "![x](no.png) [y](no.md)",
        &format!(
            "<p><span class=\"broken-image\" title=\"no.png is not there\">x</span> <a class=\"broken-link\" {rel}>y</a></p>"
        ),
    );
}

#[test]
fn warnings_name_file_and_line() {
    check_warnings(
        "---\ntitle: x\n---\n# A\n\n!!! note\n    text [b](b.md)\n\n    and ![c](../../c.png)\n\n<p>\n<img src=\"d.png\">\n</p>\n\n[e](#a) [f](#nope)\n",
        &[
            "docs/guides/page.md:7: `b.md` is not there (looked for `guides/b.md` in the docs folder); fix the link or add the file",
            "docs/guides/page.md:9: `../../c.png` leads out of the docs folder; only what lies in it is shown",
            "docs/guides/page.md:12: `d.png` is not there (looked for `guides/d.png` in the docs folder); fix the link or add the file",
            "docs/guides/page.md:15: `#nope` is no heading of this page; fix the link",
        ],
    );
    check_warnings("<a id=\"x\"></a>\n\n[f](#x) [g](#)\n", &[]);
    check_warnings(
        "a\n\n--8<-- \"parts/bad.md\"\n",
        &[
            "docs/parts/bad.md:2: `nowhere.md` is not there (looked for `guides/nowhere.md` in the docs folder); fix the link or add the file",
        ],
    );
    let many = Sample::new().render(&"[x](y.md)\n\n".repeat(500));
    assert_eq!(many.warnings.len(), 201);
    assert_eq!(many.warnings[200].message, "… and 300 more");
}

#[test]
fn snippets_count_from_the_configuration_and_stay_below_it() {
    check("--8<-- \"docs/parts/a.md\"\n", "<p>from <em>a</em></p>");
    check("--8<-- \"README.md\"\n", "<p>beside <em>it</em></p>");
    check("--8<-- \"./docs/../README.md\"\n", "<p>beside <em>it</em></p>");
    let hidden = Sample::new().render("--8<-- \".git/config\"\n");
    assert!(hidden.html.is_empty() && hidden.warnings.len() == 1, "{hidden:?}");
    check("a\n\n--8<-- \"parts/a.md\"\n", "<p>a</p><p>from <em>a</em></p>");
    check("--8<--\nparts/a.md\n--8<--\n", "<p>from <em>a</em></p>");
    check(";--8<-- \"parts/a.md\"\n", "<p>--8&lt;-- \"parts/a.md\"</p>");
    let code = "<div class=\"highlight\"><pre tabindex=\"0\"><code>two\nthree\n</code></pre></div>";
    check("```\n--8<-- \"parts/code.py:part\"\n```\n", code);
    check("```\n--8<-- \"parts/code.py:3:4\"\n```\n", code);
    check("- x\n    --8<-- \"parts/a.md\"\n", "<ul><li>x\nfrom <em>a</em></li></ul>");
    check_warnings(
        "--8<-- \"../../etc/passwd\"\n--8<-- \"/etc/passwd\"\n--8<-- \"https://e.org/x\"\n--8<-- \"no.md\"\n--8<-- \"parts/code.py:zz\"\n",
        &[
            "docs/guides/page.md:1: the snippet `../../etc/passwd` does not lie below the folder of mkdocs.yml.",
            "docs/guides/page.md:2: the snippet `/etc/passwd` does not lie below the folder of mkdocs.yml.",
            "docs/guides/page.md:3: the snippet `https://e.org/x` is an address; only files beside mkdocs.yml or below it are put in place.",
            "docs/guides/page.md:4: the snippet `no.md` cannot be put in place: There is no file `no.md` in the documentation's folder.",
            "docs/guides/page.md:5: `docs/parts/code.py` has no part `parts/code.py:zz` asks for.",
        ],
    );
    check_warnings(
        "--8<-- \"parts/loop.md\"\n",
        &[
            "docs/parts/loop.md:2: the snippet `parts/loop.md` includes itself: docs/parts/loop.md → docs/parts/loop.md.",
        ],
    );
    let bomb = Sample::new().render(&"--8<-- \"parts/a.md\"\n\n".repeat(2000));
    assert_eq!(bomb.html.matches("from").count(), 500);
    assert_eq!(bomb.warnings.len(), 1);
}

#[test]
fn a_snippet_that_includes_itself_is_put_in_place_once_and_reported_once() {
    check("--8<-- \"parts/loop.md\"\n", "<p>x</p>");
    let twice = "--8<-- \"parts/one.md\"\n\n--8<-- \"parts/one.md\"\n";
    let found = Sample::new().render(twice);
    // What is in a circle is there once each time, and another part of the same file is no circle.
    assert_eq!(found.html.matches("<p>one</p>").count(), 2, "{}", found.html);
    assert_eq!(found.html.matches("two").count(), 4, "{}", found.html);
    check_warnings(
        twice,
        &[
            "docs/parts/two.md:3: the snippet `parts/one.md` includes itself: docs/parts/one.md → docs/parts/two.md → docs/parts/one.md.",
        ],
    );
    check_warnings("a\n\n--8<-- \"guides/setup.md\"\n", &[]);
}

#[test]
fn markdown_in_html_nests() {
    // As Python-Markdown's md_in_html writes it.
    let nested = "<div><div><p><em>a</em></p></div></div>";
    for text in [
        "<div markdown=\"1\">\n<div markdown=\"1\">\n*a*\n</div>\n</div>\n",
        "<div markdown=\"1\">\n\n<div markdown=\"1\">\n\n*a*\n\n</div>\n\n</div>\n",
        "<div markdown=\"1\"><div markdown=\"1\">*a*</div></div>\n",
        "<div markdown=\"1\">\n<div markdown=\"1\">*a*</div>\n</div>\n",
        "<div markdown=\"1\"><div markdown=\"1\">\n*a*\n</div></div>\n",
        "<div markdown=\"1\">\n  <div markdown=\"1\">\n  *a*\n  </div>\n</div>\n",
        "<div markdown=\"1\">\n<div markdown=\"1\">\n*a*</div></div>\n",
    ] {
        let check = |text: &str, expected: &str| {
            // Blanks between elements are not seen.
            assert_eq!(html(text).replace("  <", "<"), expected, "{text}");
        };
        check(text, nested);
        check(&format!("{text}after *b*\n"), &format!("{nested}<p>after <em>b</em></p>"));
    }
    let text = "<div markdown=\"1\">\n*a*\n  <div markdown=\"1\">\n  *b*\n  </div>\n</div>\n";
    let expected = "<div><p><em>a</em></p><div><p><em>b</em></p></div></div>";
    assert_eq!(html(text).replace("  <", "<"), expected);
    // What stands in raw HTML stays raw, whatever it says of itself.
    check(
        "<div markdown=\"1\">\n<div>\n*a*\n<div markdown=\"1\">\n*b*\n</div>\n</div>\n*c*\n</div>\n",
        "<div><div>*a*\n<div>*b*\n</div></div><p><em>c</em></p></div>",
    );
    check(
        "<table markdown=\"1\">\n<tr markdown=\"1\"><td markdown=\"1\">*a*</td></tr>\n</table>\n",
        "<table><tbody><tr><td><em>a</em></td></tr></tbody></table>",
    );
}

#[test]
fn markdown_in_html_and_contents() {
    check(
        "<div class=\"grid\" markdown>\n**x**\n</div>\n",
        "<div class=\"grid\"><p><strong>x</strong></p></div>",
    );
    check("<div>\n**x**\n</div>\n", "<div>**x**\n</div>");
    check(
        "<details markdown=\"1\">\n<summary>One</summary>\nHidden *one* text.\n</details>\n\nafter\n",
        "<details><summary>One</summary><p>Hidden <em>one</em> text.</p></details><p>after</p>",
    );
    check(
        "<div markdown>\n<p>\n*raw*\n</p>\n*read*\n</div>\n",
        "<div><p>*raw*\n</p><p><em>read</em></p></div>",
    );
    check("<div markdown=\"1\">*a*</div>\n", "<div><p><em>a</em></p></div>");
    check(
        "<p align=\"center\" markdown=\"1\">*a* `b`</p>\n",
        "<p align=\"center\"><em>a</em> <code>b</code></p>",
    );
    check(
        "<details markdown>\n<summary markdown=\"span\">*S*</summary>\n\n- a\n</details>\n",
        "<details><summary><em>S</em></summary><ul><li>a</li></ul></details>",
    );
    check(
        "<details markdown><summary>S</summary>*Hidden*</details>\n",
        "<details><summary>S</summary><p><em>Hidden</em></p></details>",
    );
    check("<div markdown=\"0\">\n*a*\n</div>\n", "<div>*a*\n</div>");
    assert!(html("[TOC]\n\n# A <b>\n").starts_with(
        "<nav class=\"toc\" aria-label=\"Contents\"><ul><li class=\"toc-level-1\"><a href=\"#a\" rel=\"noopener noreferrer\">A</a></li></ul></nav>"
    ));
    check("para\n{: .align-center #p }\n", "<p id=\"p\" class=\"align-center\">para</p>");
}

#[test]
fn the_search_gets_words_only() {
    let text = "# T {#x}\n\nA *b* [c](d.md)\nd\n\n!!! note \"Hm\"\n    e\n\n```rs\nf\n```\n\n<b onclick=x>g</b>\n";
    assert_eq!(Sample::new().plain_text(text), "T {#x}\nA b c d\nHm\ne\nf\ng");
}

#[test]
fn titles_are_found_without_rendering() {
    let check = |text: &str, expected: Option<&str>| assert_eq!(title(text).as_deref(), expected);
    check("# A *b* `c` {#x}\n", Some("A b c"));
    check("---\ntitle: T\n---\n# A\n", Some("T"));
    check("text\n\nA\n===\n", Some("A"));
    check("```\n# no\n```\n## B\n", None);
    check("#\n", None);
}
