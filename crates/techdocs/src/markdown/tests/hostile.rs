//! What hostile pages come to: nothing that runs, and bounded time.

use super::*;

/// What must not be left in any page, whatever was put in.
#[test]
fn hostile_html_is_taken_out() {
    let attacks = [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//e.org/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"p.png\" onload='alert(1)'>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" java\nscript:alert(1)\">x</a>",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "<a href=\"DATA:text/html;base64,PHNjcmlwdD4=\">x</a>",
        "<a href=\"vbscript:x\">x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "![x](data:text/html,x)",
        "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "![x](\"onerror=\"alert(1))",
        "![\"onerror=alert(1) x=\"](p.png)",
        "[x](p.png \"\\\" onmouseover=alert(1)\")",
        "[x](p.png){ onclick=alert(1) }",
        "[x](p.png){ href=javascript:alert(1) style=\"x\" }",
        "# T {#x onclick=alert(1) style=x}",
        "para\n{: onclick=\"alert(1)\" style=\"position:fixed\" }",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
        "<math><mtext></p><style><img src=x onerror=alert(1)></style></math>",
        "<style>*{background:url(javascript:1)}</style>",
        "<p style=\"position:fixed;background:url(x)\">x</p>",
        "<link rel=stylesheet href=//e.org/x.css>",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<base href=\"//e.org/\">",
        "<iframe src=\"https://e.org\"></iframe>",
        "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<object data=x><embed src=x></object>",
        "<form action=//e.org><input type=password name=p><button formaction=javascript:1>x</button></form>",
        "<input autofocus onfocus=alert(1)>",
        "<video><source onerror=alert(1)></video>",
        "<video poster=javascript:alert(1) src=x.mp4></video>",
        "<details ontoggle=alert(1) open>x</details>",
        "<template><script>alert(1)</script></template>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea></textarea><img src=x onerror=alert(1)>",
        "<xmp><p title=\"</xmp><script>alert(1)</script>\">",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?x <script>alert(1)</script>?>",
        "<a href=\"x\" target=\"evil\" ping=\"//e.org\">x</a>",
        "<div class=\"fixed inset-0 z-50\">x</div>",
        "<span id=\"a b\" data-hk=\"0-0\" slot=x is=y>x</span>",
        "`<script>alert(1)</script>`",
        "```<script>\n<script>alert(1)</script>\n```",
        "```js title=\"<script>alert(1)</script>\"\n</code><script>alert(1)</script>\n```",
        "```\"><img/src=x/onerror=alert(1)>\nx\n```",
        "!!! note \"<script>alert(1)</script>\"\n    <script>alert(1)</script>",
        "=== \"<img src=x onerror=alert(1)>\"\n    x",
        "??? \"><script>alert(1)</script>\"\n    x",
        "a[^<script>]\n\n[^<script>]: <script>alert(1)</script>",
        "*[x]: \"><script>alert(1)</script>\n\nx",
        "Term\n: <script>alert(1)</script>",
        "| <script>alert(1)</script> |\n|--|\n| <img src=x onerror=alert(1)> |",
        "---\ntitle: <script>alert(1)</script>\n---\nx",
        "==<script>alert(1)</script>== ^^<img src=x onerror=alert(1)>^^",
        "https://e.org/\"onmouseover=alert(1)//<script>",
        "www.e.org/<script>alert(1)</script>",
        "\u{e000}<!--\u{e000}0--><script>alert(1)</script>",
        "<a\u{0}href=\"javascript:alert(1)\">x</a>",
    ];
    let sample = Sample::new();
    for attack in attacks {
        for text in
            [attack.to_owned(), format!("- {attack}"), format!("> {attack}"), format!("# {attack}")]
        {
            let page = sample.render(&text).html;
            let tags = tags_of(&page);
            for (name, attributes) in &tags {
                let bad_names = [
                    "script", "style", "iframe", "svg", "math", "object", "embed", "form", "link",
                    "meta", "base", "template", "button", "textarea", "noscript", "xmp",
                ];
                assert!(!bad_names.contains(&name.as_str()), "{text:?} gave {page:?}");
                for (key, value) in attributes {
                    let value = value.to_ascii_lowercase();
                    let bad_key = key.starts_with("on")
                        || [
                            "style",
                            "srcdoc",
                            "formaction",
                            "action",
                            "ping",
                            "slot",
                            "is",
                            "xlink:href",
                            "data-hk",
                        ]
                        .contains(&key.as_str());
                    let bad_value = match key.as_str() {
                        "href" | "src" | "poster" => ["javascript:", "vbscript:", "data:text"]
                            .iter()
                            .any(|s| value.starts_with(s)),
                        "class" => value.contains("fixed"),
                        "target" => value != "_blank",
                        "type" => value == "password",
                        _ => false,
                    };
                    assert!(!bad_key && !bad_value, "{text:?} gave {page:?}");
                }
                if name == "a" {
                    let rel = attributes.iter().find(|(key, _)| key == "rel");
                    assert_eq!(rel.map(|(_, v)| v.as_str()), Some("noopener noreferrer"), "{page}");
                }
            }
        }
    }
}

/// The tags of sanitised HTML, which is regular enough to be read by hand: values are quoted and
/// hold neither quotes nor, outside of quotes, `>`.
fn tags_of(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, after) = rest.split_at(end.expect("every tag ends"));
        rest = after;
        let name_end = tag.find(' ').unwrap_or(tag.len());
        let mut attributes = Vec::new();
        let mut list = tag[name_end..].trim_start();
        while let Some((key, value)) = list.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("every value ends");
            attributes.push((key.trim().to_owned(), value.to_owned()));
            list = after;
        }
        assert_eq!(list.trim(), "", "{html}");
        tags.push((tag[..name_end].to_owned(), attributes));
    }
    tags
}

#[test]
fn the_battery_would_notice() {
    let tags = tags_of("<a href=\"x > y\" onclick=\"z\">t</a><script>");
    assert_eq!(tags[0].1[1], ("onclick".to_owned(), "z".to_owned()));
    assert_eq!(tags[2].0, "script");
}

#[test]
fn hostile_sizes_take_bounded_time() {
    let size = MAX_PAGE_BYTES as usize;
    let pieces = [
        ">",
        "- ",
        "* a\n",
        "<div>",
        "<b>",
        "<a>",
        "<b a=1><p>",
        "[",
        "![",
        "](",
        "`",
        "*_",
        "**a ",
        "~~",
        "<",
        "<!--",
        "|",
        "|a|\n|-|\n",
        "# a\n",
        "!!! note\n",
        "    ",
        "\t",
        "=== \"a\"\n",
        "[^a]",
        "[^a]: b\n\n",
        "a\n: b\n\n",
        "```\n",
        "&amp;",
        "{.a}",
        "==a",
        ":a",
        "http://a ",
        "*[a]: b\n",
        "\\",
        "<font color=1>",
        "<table><tr><td>",
        "(c)",
        "a\n\n",
        "[a](b)",
        "![a](b)",
        "<details markdown>\n",
        "1. ",
        "<svg>",
        "<i><p>",
        "<title>",
        "<svg> ",
        "x <math> ",
        "<a name=x/>",
        "==a ",
        "{++a ",
        "{~~a~>b~~}",
        "](a b",
        "![a](b c.png)",
        "| `a | b` |\n|-|-|\n",
        "| `",
        "`a` `` ",
        "<div markdown>*a*</div>\n",
        "<div markdown>\n<p>\n",
        "<p markdown>\n",
        "a@b.c ",
        "1/2 ",
        "++ctrl+",
    ];
    let sample = Sample { keys: true, ..Sample::new() };
    for piece in pieces {
        // A part of the largest page keeps the unoptimised test quick; what grows with the square
        // shows there already.
        let text = piece.repeat(size / 64 / piece.len());
        let start = crate::testing::Clock::start();
        let page = sample.render(&text);
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{piece:?} took {took:?}");
        assert!(page.html.len() < 2 * size, "{piece:?} gave {} bytes", page.html.len());
    }
}

#[test]
fn a_page_that_grows_without_measure_is_cut() {
    // Up to the writer only: what follows reads the same HTML slowly in a build for tests.
    let sample = Sample::new();
    let (docs, links) = (sample.site(&[]), Links::new("/", "/"));
    let text = format!("{}\n\nthe end\n", "\"".repeat(700_000));
    let (_, source, _, _) = read(&text, "page.md", docs);
    let mut events = parse(&source.text);
    let prepared = prepare::prepare(&mut events);
    let written = writer::write(&source, &events, &prepared, docs, &links, "page.md");
    assert!(!written.html.contains("the end"));
    let (origin, message) = written.warnings.last().unwrap();
    assert_eq!(origin.line, 1);
    assert!(message.starts_with("the page is too large to be shown whole"), "{message}");
}

#[test]
fn raw_html_cannot_hide_its_nesting() {
    let sample = Sample::new();
    // Each of them slipped past the count in some form: tags that end in the next block, elements
    // that nest only within others.
    let texts = [
        "<div\n\nx\n\n".repeat(2000),
        format!("<svg>{}", "<tr>".repeat(4000)),
        format!("<svg>{}", "<input>".repeat(2000)),
        format!("<select>{}", "<option>".repeat(2000)),
        "<div\n>".repeat(2000),
    ];
    for text in texts {
        let start = crate::testing::Clock::start();
        let page = sample.render(&text).html;
        assert!(start.elapsed().as_secs() < 20, "{:?}", &text[..20]);
        assert!(page.matches("<div>").count() <= 100);
    }
}

#[test]
fn a_fragment_is_sanitised_and_limited() {
    assert_eq!(fragment("**a** <b onclick=x>b</b>"), "<p><strong>a</strong> <b>b</b></p>\n");
    assert_eq!(fragment("<div>\nx\n</div>\n"), "<div>\nx\n</div>\n");
    assert_eq!(
        fragment("[x](javascript:alert(1))"),
        "<p><a rel=\"noopener noreferrer\">x</a></p>\n"
    );
    for piece in [">", "<div>", "<div\n>", "<b>", "- ", "<svg>"] {
        let start = crate::testing::Clock::start();
        let html = fragment(&piece.repeat(16 * 1024 / piece.len()));
        assert!(start.elapsed().as_secs() < 20, "{piece:?}");
        assert!(html.matches("<div>").count() + html.matches("<blockquote>").count() <= 100);
    }
}

#[test]
fn growing_indentation_stays_bounded() {
    let mut text = String::new();
    for depth in 0..400 {
        text.push_str(&format!("{}!!! note\n\n", " ".repeat(4 * depth)));
    }
    let page = Sample::new().render(&text);
    assert_eq!(page.html.matches("<div class=\"admonition").count(), 16);
}
