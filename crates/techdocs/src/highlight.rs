//! Code to lines of HTML with class names for its words (`hl-k` a keyword, `hl-s` a text, …).
//!
//! *Why a small reader of our own.* `syntect` was weighed: its grammars add 1–2 MB to the
//! executable, several MB of memory and some ten milliseconds at the first use, its default set
//! knows neither TOML, TypeScript, Dockerfile, HCL nor Protocol Buffers (what a developer portal
//! shows most), and its backtracking patterns take their time on hostile code. This one is a table
//! for each language and one pass over the text: no dependency, nothing to load, time in
//! proportion to the length. It knows words, not grammar, which is what colours are for.

mod formats;
mod languages;
mod lexer;

use crate::markdown::html::escape_into;
use languages::{Format, Language};

/// Longer code is shown without colours: nobody reads them, and the page grows threefold.
const MAX_BYTES: usize = 200 * 1024;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing special.
    Plain,
    Keyword,
    Text,
    Comment,
    Number,
    /// The name of a type.
    Type,
    /// A function where it is called or defined.
    Function,
    /// `true`, `null` and names that the language itself gives.
    Constant,
    /// A variable with a sign of its own: `$x`, `'a`, `@x`.
    Variable,
    /// The key of a value, the name of an attribute, an option.
    Key,
    /// The name of an element.
    Element,
    /// Directives, decorators, prompts.
    Meta,
    /// A heading or the name of a section.
    Heading,
    Inserted,
    Deleted,
}

impl Kind {
    fn class(self) -> Option<&'static str> {
        Some(match self {
            Kind::Plain => return None,
            Kind::Keyword => "hl-k",
            Kind::Text => "hl-s",
            Kind::Comment => "hl-c",
            Kind::Number => "hl-n",
            Kind::Type => "hl-t",
            Kind::Function => "hl-f",
            Kind::Constant => "hl-b",
            Kind::Variable => "hl-v",
            Kind::Key => "hl-a",
            Kind::Element => "hl-e",
            Kind::Meta => "hl-m",
            Kind::Heading => "hl-h",
            Kind::Inserted => "hl-i",
            Kind::Deleted => "hl-d",
        })
    }
}

/// Parts of the code in order; together they are the code.
pub(crate) type Tokens<'a> = Vec<(Kind, &'a str)>;

/// Whether a language of this name has colours.
pub fn knows(language: &str) -> bool {
    languages::find(language).is_some()
}

/// The lines of the code as HTML, every line complete in itself.
pub fn lines(code: &str, language: &str) -> Vec<String> {
    let code = code.strip_suffix('\n').unwrap_or(code);
    let language = languages::find(language).filter(|_| code.len() <= MAX_BYTES);
    let tokens =
        language.map_or_else(|| vec![(Kind::Plain, code)], |language| read(code, language));
    let mut lines = vec![String::new()];
    for (kind, text) in tokens {
        for (part, first) in
            text.split('\n').zip(std::iter::once(true).chain(std::iter::repeat(false)))
        {
            if !first {
                lines.push(String::new());
            }
            let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) else { continue };
            match kind.class() {
                Some(class) => {
                    line.push_str(&format!("<span class=\"{class}\">"));
                    escape_into(part, line);
                    line.push_str("</span>");
                }
                None => escape_into(part, line),
            }
        }
    }
    lines
}

fn read<'a>(code: &'a str, language: &'static Language) -> Tokens<'a> {
    match language.format {
        Format::Code => lexer::read(code, language),
        Format::Markup => formats::markup(code),
        Format::Yaml => formats::yaml(code),
        Format::Ini => formats::ini(code, language),
        Format::Dockerfile => formats::dockerfile(code),
        Format::Makefile => formats::makefile(code),
        Format::Diff => formats::diff(code),
        Format::Console => formats::console(code),
        Format::Markdown => formats::markdown(code),
        Format::Http => formats::http(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words with their classes: `k:fn f:main`.
    fn check(language: &str, code: &str, expected: &str) {
        let language = languages::find(language).unwrap();
        let tokens = read(code, language);
        let whole: String = tokens.iter().map(|(_, text)| *text).collect();
        assert_eq!(whole, code, "no character may be lost");
        let shown: Vec<String> = tokens
            .iter()
            .filter_map(|(kind, text)| Some(format!("{}:{text}", &kind.class()?[3..])))
            .collect();
        assert_eq!(shown.join(" "), expected, "{code}");
    }

    #[test]
    fn rust() {
        check(
            "rust",
            "fn main() { let x: u8 = 0x1f_u8; } // end",
            "k:fn f:main k:let t:u8 n:0x1f_u8 c:// end",
        );
        check("rs", "&'a str == 'a' + '\\n' + b'x'", "v:'a t:str s:'a' s:'\\n' s:'x'");
        check(
            "rust",
            "#[derive(Debug)] struct A(Vec<u8>);",
            "m:#[derive(Debug)] k:struct t:A t:Vec t:u8",
        );
        check(
            "rust",
            "r#\"a\"b\"# /* a /* b */ c */ x!()",
            "s:r#\"a\"b\"# c:/* a /* b */ c */ f:x!",
        );
        check("rust", "\"a\\\"b\" 1..2 1.5e-3 x.0", "s:\"a\\\"b\" n:1 n:2 n:1.5e-3 n:0");
    }

    #[test]
    fn scripts() {
        check(
            "python",
            "@app.get\ndef f(x='a'): # c\n  return None",
            "m:@app.get k:def f:f s:'a' c:# c k:return b:None",
        );
        check("py", "'''a\n'b''' + f\"x\"", "s:'''a\n'b''' s:\"x\"");
        check("ts", "const f = async (x: Foo) => `a${x}`", "k:const k:async t:Foo s:`a${x}`");
        check(
            "sh",
            "# c\necho \"$HOME\" ${x} a#b --flag -x | grep",
            "c:# c b:echo s:\"$HOME\" v:${x} a:--flag a:-x",
        );
        check("bash", "if [ -f x ]; then y; fi", "k:if a:-f k:then k:fi");
        check(
            "sql",
            "SELECT count(*) FROM t WHERE a = 'it''s' -- c",
            "k:SELECT f:count k:FROM k:WHERE s:'it' s:'s' c:-- c",
        );
    }

    #[test]
    fn configuration() {
        check(
            "yaml",
            "# c\na: 1\n- b-c: \"x\" # y\n  d: true\n",
            "c:# c a:a n:1 a:b-c s:\"x\" c:# y a:d b:true",
        );
        check(
            "yml",
            "x: |\n  a: b\n\n  # no\ny: &q !!t http://a#b",
            "a:x m:| s:  a: b\n s:\n s:  # no\n a:y m:&q m:!!t s:http://a#b",
        );
        check("json", "{\"a\": [1, \"b\", null]}", "a:\"a\" n:1 s:\"b\" b:null");
        check("toml", "[a.b]\nx = \"y\" # c\nz = 1", "h:[a.b] a:x s:\"y\" c:# c a:z n:1");
        check("ini", "; c\n[s]\nkey=value", "c:; c h:[s] a:key");
        check("hcl", "resource \"a\" { x = true } # c", "k:resource s:\"a\" b:true c:# c");
        check("dockerfile", "FROM a AS b\nRUN x \\\n  --y # z", "k:FROM k:AS k:RUN a:--y c:# z");
        check("makefile", "x: y\n\techo $(A) # c\nA := 1", "f:x v:$(A) c:# c a:A");
    }

    #[test]
    fn markup_and_others() {
        check(
            "html",
            "<!-- c --><a href=\"x\" b>t &amp;</a>",
            "c:<!-- c --> e:<a a:href s:\"x\" a:b e:> m:&amp; e:</a>",
        );
        check("diff", "--- a\n+++ b\n@@ 1 @@\n-x\n+y\n z", "m:--- a m:+++ b h:@@ 1 @@ d:-x i:+y");
        check("console", "$ ls -l\ntotal 0\n# id", "m:$ a:-l m:#");
        check("markdown", "# T\n`c` x\n- y\n> q", "h:# T s:`c` m:- c:> q");
        check("http", "GET /x HTTP/1.1\nHost: a\n\nbody: x", "k:GET a:Host");
        check("c", "#include <x>\nint f(void);", "m:#include <x> t:int f:f t:void");
    }

    #[test]
    fn lines_are_complete_and_escaped() {
        let found = lines("/* <a\nb> */\n\nx\n", "rust");
        let expected = [
            "<span class=\"hl-c\">/* &lt;a</span>",
            "<span class=\"hl-c\">b&gt; */</span>",
            "",
            "x",
        ];
        assert_eq!(found, expected);
        assert_eq!(lines("<b>", "no such language"), ["&lt;b&gt;"]);
        assert_eq!(lines("", "rust"), [""]);
    }

    #[test]
    fn broken_code_is_read_to_its_end_in_every_language() {
        let pieces = [
            "\"", "'", "`", "/*", "<", "&", "$", "${", "é", "\\", "r#\"", "@", "#", "-", ":", "0x",
            "\n", " ", "a", "|", "[", "=", "!",
        ];
        for language in languages::LANGUAGES {
            for a in pieces {
                for b in pieces {
                    let code = format!("{a}{b}{a}\n{b}x{a}");
                    let tokens = read(&code, language);
                    let whole: String = tokens.iter().map(|(_, text)| *text).collect();
                    assert_eq!(whole, code, "{}", language.names);
                }
            }
        }
    }

    #[test]
    fn time_grows_with_the_length_only() {
        let names = [
            "rust",
            "python",
            "js",
            "bash",
            "php",
            "c",
            "lua",
            "yaml",
            "toml",
            "html",
            "dockerfile",
            "makefile",
            "markdown",
        ];
        for language in names.iter().filter_map(|name| languages::find(name)) {
            for piece in ["\"", "/*", "${", "<a ", "r#\"", "'", "[", "a: |\n", "\\\"", "r##"] {
                let code = piece.repeat(MAX_BYTES / 8 / piece.len());
                let start = crate::testing::Clock::start();
                read(&code, language);
                let took = start.elapsed();
                assert!(took.as_secs() < 4, "{} {piece:?}: {took:?}", language.names);
            }
        }
    }
}
