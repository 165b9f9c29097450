//! What MkDocs' extensions and authors' habits add to Markdown.

use super::*;

#[test]
fn marks_go_around_words_code_and_emphasis() {
    check(
        "a ==b *c* `d`== ^^e^^ {++f++}{--g--} {~~h~>i~~}.",
        "<p>a <mark>b <em>c</em> <code>d</code></mark> <ins>e</ins> <ins>f</ins><del>g</del> <del>h</del><ins>i</ins>.</p>",
    );
    check("{==a==}{>>b<<}", "<p><mark>a</mark><span class=\"critic-comment\">b</span></p>");
    check(
        "a == b == c, x==y==z, ==== ==open *==* `==a==`",
        "<p>a == b == c, x==y==z, ==== ==open <em>==</em> <code>==a==</code></p>",
    );
    assert!(html("```\n==a== {++b++}\n```\n").contains("==a== {++b++}"));
    check("# ==A==\n", &html("# A\n").replace(">A<", "><mark>A</mark><"));
    assert_eq!(title("# ==A== {++b++}\n").as_deref(), Some("A b"));
}

#[test]
fn keys_are_shown_where_the_site_says_so() {
    let mut sample = Sample::new();
    assert!(sample.render("++ctrl+c++").html.contains("++ctrl+c++"));
    sample.keys = true;
    let html = sample.render("++ctrl+c++").html;
    assert!(html.contains("<span class=\"keys\"><kbd>Ctrl</kbd>+<kbd>C</kbd></span>"), "{html}");
}

#[test]
fn code_in_a_table_may_hold_pipes() {
    let cells = |text: &str| {
        let html = html(text);
        let row = html.split("<tbody>").nth(1).unwrap_or_default().to_owned();
        row.replace("<tr>", "").replace("<td>", "|").replace("</td>", "")
    };
    let end = "</tr></tbody></table></div>";
    assert_eq!(
        cells("| A | B |\n|---|---|\n| `a | b` | x |\n"),
        format!("|<code>a | b</code>|x{end}")
    );
    assert_eq!(
        cells("> A | B\n> --- | ---\n> ``a | `b`` | *x*\n").split("</tr>").next().unwrap(),
        "|<code>a | `b</code>|<em>x</em>"
    );
    assert!(
        html("| `a | b` | B |\n|---|---|\n| 1 | 2 |\n").contains("<th><code>a | b</code></th>")
    );
    assert!(html("text `a | b` | c\n").contains("<code>a | b</code> | c"));
    assert!(html("```\n| A |\n|---|\n| `a | b` |\n```\n").contains("| `a | b` |"));
}

#[test]
fn destinations_may_hold_blanks() {
    let sample = Sample::new();
    fs::write(sample._folder.path().join("docs/two words.png"), "png").unwrap();
    fs::write(sample._folder.path().join("docs/guides/my page.md"), "# P").unwrap();
    let page = sample.render(
        "![two](../two words.png) [p](my page.md#x \"T\") ![q](<../two words.png>) [no](a, b)\n",
    );
    assert_eq!(page.html.matches("src=\"/files/x/two%20words.png\"").count(), 2, "{}", page.html);
    assert!(
        page.html.contains("href=\"/docs/x/guides/my%20page/#x\" title=\"T\""),
        "{}",
        page.html
    );
    assert!(page.html.contains("[no](a, b)"), "{}", page.html);
}

#[test]
fn pictures_keep_the_size_their_style_gives() {
    check(
        "![a](../p.png){ style=\"width:200px\" } <img src=\"../p.png\" style=\"border:0;width: 50%\">\n",
        "<p><img src=\"/files/x/p.png\" alt=\"a\" loading=\"lazy\" width=\"200\"> <img src=\"/files/x/p.png\" width=\"50%\"></p>",
    );
}

#[test]
fn words_behind_tags_of_nothing_stay() {
    check("A2 List<Int> tail two.", "<p>A2 List tail two.</p>");
    check(
        "Use <domain> as first, <set> then <svg> and <title>.",
        "<p>Use  as first,  then  and .</p>",
    );
    check("- Map<String, List<Int>> *x*\n", "<ul><li>Map&lt;String, List&gt; <em>x</em></li></ul>");
    check("a <script>alert(1)</script> b <style>p{}</style> c", "<p>a  b  c</p>");
    check("*<title>* after\n\nnext", "<p><em></em> after</p><p>next</p>");
    check("<math><mi>x</mi><mo>=</mo></math> y", "<p>x= y</p>");
    assert_eq!(
        fragment("Use <domain> as first part, then <title> more"),
        "<p>Use  as first part, then  more</p>\n"
    );
}

#[test]
fn hundreds_of_anchors_leave_the_page_as_it_is() {
    let anchors: String =
        (0..300).map(|n| format!("<a name=\"s{n}\"/>\n\n## S{n}\n\nA <b>word</b>.\n\n")).collect();
    let page = Sample::new().render(&anchors);
    assert_eq!(page.html.matches("<b>word</b>").count(), 300);
    assert_eq!(page.html.matches("&lt;").count(), 0);
    assert_eq!(page.warnings, []);
}

#[test]
fn images_of_other_hosts_are_links_until_the_host_is_allowed() {
    let mut sample = Sample::new();
    let link = |words: &str, host: &str, url: &str| {
        format!(
            "<a class=\"outside-image\" href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">{words} <small>(image on {host})</small></a>"
        )
    };
    let shown = |sample: &Sample, text: &str| {
        sample.render(text).html.replace(">\n", ">").trim().to_owned()
    };
    assert_eq!(
        shown(&sample, "![A *b*](https://img.example/a.png?x=1&y=2 \"T\")"),
        format!("<p>{}</p>", link("A b", "img.example", "https://img.example/a.png?x=1&amp;y=2"))
    );
    assert_eq!(
        shown(&sample, "<img src=\"//img.example/a.png\">"),
        link("Image", "img.example", "//img.example/a.png")
            .replace("Image <small>(image on img.example)</small>", "Image on img.example")
    );
    assert_eq!(
        shown(&sample, "[![B](https://img.example/b.svg)](https://ci.example/)"),
        "<p><a href=\"https://ci.example/\" rel=\"noopener noreferrer\"><span class=\"outside-image\">B <small>(image on img.example)</small></span></a></p>"
    );
    for text in [
        "<img src=\"/&#47;img.example/a.png\">",
        "<img src=\"https:&sol;&sol;img.example/a.png\">",
        "<video src=\"https://img.example/a.mp4\" poster=\"https://img.example/a.png\"></video>",
        "<picture><source src=\"https://img.example/a.png\"><img src=\"http://img.example/a.png\"></picture>",
        "<audio src=\"\\\\img.example\\a.mp3\"></audio>",
    ] {
        let html = sample.render(text).html;
        assert!(!html.contains("src=\"") && !html.contains("poster="), "{text} gave {html}");
    }
    let fragment = fragment("![A](https://img.example/a.png) <img src=https://img.example/b.png>");
    assert!(
        !fragment.contains("<img") && fragment.contains("(image on img.example)"),
        "{fragment}"
    );
    sample.images = ImageHosts::new(["img.example".to_owned()]);
    assert_eq!(
        shown(&sample, "![A](https://img.example/a.png)"),
        "<p><img src=\"https://img.example/a.png\" alt=\"A\" loading=\"lazy\"></p>"
    );
    assert!(shown(&sample, "![A](https://other.example/a.png)").contains("image on other.example"));
}
