//! The colours of code, as a page of a site has them.

use std::fs;
use techdocs::{Links, Site};

/// The page that this Markdown makes.
fn page(markdown: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("docs")).unwrap();
    fs::write(folder.path().join("docs/index.md"), markdown).unwrap();
    let site = Site::open(folder.path(), "Colours").unwrap();
    site.page("", &Links::new("/docs/x/", "/files/x/")).unwrap().html
}

/// Coloured words with their classes: `k:fn f:main`.
fn words(html: &str) -> String {
    let mut words = Vec::new();
    for part in html.split("<span class=\"hl-").skip(1) {
        let (class, rest) = part.split_once("\">").unwrap();
        words.push(format!("{class}:{}", rest.split_once("</span>").unwrap().0));
    }
    words.join(" ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Languages, code in them, and its coloured words.
#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (language, code, expected) in cases {
        let markdown = format!("````{language}\n{code}\n````\n");
        // On a busy machine a page does not wait for its colours; it has them when it is asked again.
        let mut found = (0..10).map(|_| words(&page(&markdown)));
        if found.all(|found| found != *expected) {
            wrong.push(format!("{language}: {}\n", words(&page(&markdown))));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn programs() {
    check(&[
        (
            "rust",
            "fn main() { let x: u8 = 0x1f; } // end",
            "k:fn f:main k:let k:u8 n:0x1f c:// end",
        ),
        ("rs", "#[derive(Debug)] struct A(Vec<u8>);", "m:#[derive(Debug)] k:struct t:A t:Vec k:u8"),
        (
            "python",
            "@app.get\ndef f(x='a'): # c\n  return None",
            "m:@app.get k:def f:f s:'a' c:# c k:return b:None",
        ),
        ("ts", "const f = async (x: Foo) => `a${x}`", "k:const k:async t:Foo s:`a s:`"),
        ("jsx", "const a = <b c=\"d\">{e}</b>;", "k:const e:<b a:c s:\"d\" e:> e:</b>"),
        ("sh", "# c\necho \"$HOME\" | grep -v x", "c:# c f:echo s:\" v:$HOME s:\" f:grep a: -v"),
        ("powershell", "if ($a) { Get-Item \"b\" } # c", "k:if v:$a s:\"b\" c:# c"),
        (
            "sql",
            "SELECT count(*) FROM t WHERE a = 'it' -- c",
            "k:SELECT f:count b:* k:FROM k:WHERE s:'it' c:-- c",
        ),
        ("c", "#include <x>\nint f(void);", "k:#include s:<x> t:int f:f k:void"),
        ("php", "$a = new B(\"c\");", "v:$a k:new t:B s:\"c\""),
        (
            "go",
            "func (a *A) F(x int) error { return nil }",
            "k:func t:A f:F t:int t:error k:return b:nil",
        ),
        (
            "java",
            "@Override public void f(String x) { return null; }",
            "m:@Override  k:public f:f t:String k:return b:null",
        ),
    ]);
}

#[test]
fn configuration() {
    check(&[
        (
            "yaml",
            "# c\na: 1\n- b-c: \"x\" # y\n  d: true",
            "c:# c a:a n:1 a:b-c s:\"x\" c:# y a:d b:true",
        ),
        ("json", "{\"a\": [1, \"b\", null]}", "a:\"a\" n:1 s:\"b\" b:null"),
        ("toml", "[a.b]\nx = \"y\" # c\nz = 1", "h:a h:b a:x s:\"y\" c:# c a:z n:1"),
        ("ini", "; c\n[s]\nkey=value", "c:; c h:[s] a:key"),
        ("hcl", "resource \"a\" { x = true } # c", "k:resource s:\"a\" a:x b:true c:# c"),
        ("dockerfile", "FROM a AS b\nRUN x \\\n  --y", "k:FROM k:AS k:RUN f:x a:  --y"),
        ("makefile", "x: y\n\techo $(A) # c\nA := 1", "f:x f:echo v:$(A) c:# c a:A"),
        ("proto", "message A { string b = 1; }", "k:message t:A t:string n:1"),
        (
            "graphql",
            "type Query { a(x: Int!): [String] } # c",
            "k:type t:Query a:a t:Int t:String c:# c",
        ),
    ]);
}

#[test]
fn markup_and_others() {
    check(&[
        (
            "html",
            "<!-- c --><a href=\"x\" b>t &amp;</a>",
            "c:<!-- c --> e:<a a:href s:\"x\" a:b e:> m:&amp; e:</a>",
        ),
        ("css", ".a > b { color: red; width: 10px; }", "a:.a e:b a:color b:red a:width n:10px"),
        ("diff", "--- a\n+++ b\n@@ 1 @@\n-x\n+y\n z", "m:--- a m:+++ b h:@@ 1 @@ d:-x i:+y"),
        ("markdown", "# T\n`c` x\n- y", "h:# T s:`c` m:-"),
        ("http", "GET /x HTTP/1.1\nHost: a\n\nbody: x", "k:GET b:HTTP/1.1 a:Host"),
    ]);
}

#[test]
fn sessions_are_commands_and_answers() {
    check(&[
        (
            "console",
            "$ echo \"a\" # b\ntotal 0 # not a comment\n$ if true",
            "m:$ f:echo s:\"a\" c:# b m:$ k:if f:true",
        ),
        ("pycon", ">>> print(\"a\")\na\n>>> None", "m:>>> f:print s:\"a\" m:>>> b:None"),
    ]);
}

#[test]
fn a_text_over_several_lines_keeps_each_line_complete() {
    let html = page("```rust hl_lines=\"2\"\n/* <a\nb> */\n```\n");
    assert!(html.contains("<span class=\"hl-c\">/* &lt;a</span>"), "{html}");
    assert!(html.contains("<span class=\"hl-c\">b&gt; */</span>"), "{html}");
}

#[test]
fn code_without_a_known_language_has_no_colours() {
    for language in ["", "text", "no-such-language"] {
        check(&[(language, "fn main() {}", "")]);
    }
}
