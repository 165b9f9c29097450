//! The languages that have colours: their names and their words.
//!
//! Longer than other files because it is a table: one entry for each language, nothing else.

/// How a language is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Words, texts and comments.
    Code,
    Markup,
    Yaml,
    Ini,
    Dockerfile,
    Makefile,
    Diff,
    Console,
    Markdown,
    Http,
}

/// A text and how it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) open: &'static str,
    close: &'static str,
    /// A backslash takes the next character along.
    escapes: bool,
    /// May go on over the end of its line.
    lines: bool,
}

impl Text {
    /// The length of the text that starts here.
    pub(super) fn length(&self, text: &str) -> usize {
        let mut at = self.open.len();
        while let Some(next) = text[at..].chars().next() {
            if text[at..].starts_with(self.close) {
                return at + self.close.len();
            }
            if next == '\n' && !self.lines {
                return at;
            }
            at += next.len_utf8();
            if next == '\\' && self.escapes {
                at += text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
            }
        }
        at
    }
}

/// What there is to know about a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Language {
    /// All names in lower case, the usual one first. Like every list here one text, words separated by
    /// spaces: a table of words should look like one.
    pub(super) names: &'static str,
    pub(super) format: Format,
    pub(super) line_comments: &'static [&'static str],
    /// `a#b` is no comment.
    pub(super) comment_after_space: bool,
    pub(super) block_comments: &'static [(&'static str, &'static str)],
    pub(super) nested_comments: bool,
    pub(super) texts: &'static [Text],
    /// A text before a colon is a key.
    pub(super) text_keys: bool,
    pub(super) keywords: &'static str,
    pub(super) constants: &'static str,
    pub(super) types: &'static str,
    /// Characters of words besides letters, digits and `_`.
    pub(super) word_extra: &'static str,
    /// What variables start with.
    pub(super) sigils: &'static str,
    pub(super) decorator: Option<char>,
    /// A line that starts with this is for the compiler.
    pub(super) preprocessor: Option<char>,
    pub(super) ignore_case: bool,
    /// Words with a capital letter are types.
    pub(super) upper_types: bool,
    /// A word before `(` is a function.
    pub(super) calls: bool,
    /// `-x` and `--long` are options.
    pub(super) options: bool,
    /// Lifetimes, attributes and raw texts as in Rust.
    pub(super) rust: bool,
}

/// The language of this name.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    let name = name.to_ascii_lowercase();
    LANGUAGES.iter().find(|language| has(language.names, &name))
}

/// Whether a list of words, separated by spaces, has the word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

const DOUBLE: Text = Text { open: "\"", close: "\"", escapes: true, lines: false };
const SINGLE: Text = Text { open: "'", close: "'", escapes: true, lines: false };
const DOUBLE_LINES: Text = Text { lines: true, ..DOUBLE };
const SINGLE_LINES: Text = Text { escapes: false, lines: true, ..SINGLE };
const BACKTICK: Text = Text { open: "`", close: "`", escapes: true, lines: true };
const TRIPLE: Text = Text { open: "\"\"\"", close: "\"\"\"", escapes: true, lines: true };
const TRIPLE_SINGLE: Text = Text { open: "'''", close: "'''", escapes: true, lines: true };

const BASE: Language = Language {
    names: "",
    format: Format::Code,
    line_comments: &[],
    comment_after_space: false,
    block_comments: &[],
    nested_comments: false,
    texts: &[DOUBLE, SINGLE],
    text_keys: false,
    keywords: "",
    constants: "true false null",
    types: "",
    word_extra: "",
    sigils: "",
    decorator: None,
    preprocessor: None,
    ignore_case: false,
    upper_types: false,
    calls: false,
    options: false,
    rust: false,
};
/// `//` and `/* */`, functions and types: most languages look like this.
const BRACES: Language = Language {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    upper_types: true,
    calls: true,
    ..BASE
};
/// `#` comments and functions.
const HASH: Language = Language { line_comments: &["#"], upper_types: true, calls: true, ..BASE };

/// Every language.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        names: "rust rs",
        nested_comments: true,
        texts: &[DOUBLE_LINES],
        rust: true,
        keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let \
            loop match mod move mut pub ref return self static struct super trait type union \
            unsafe use where while macro_rules",
        constants: "true false None Some Ok Err Self",
        types: "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
        ..BRACES
    },
    Language {
        names: "python py python3 py3 pyi starlark bzl",
        texts: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "and as assert async await break case class continue def del elif else except finally \
            for from global if import in is lambda load match nonlocal not or pass raise return \
            try while with yield",
        constants: "True False None self cls __name__",
        types: "int str float bool list dict set tuple bytes object",
        ..HASH
    },
    Language {
        names: "javascript js jsx mjs cjs node",
        texts: &[DOUBLE, SINGLE, BACKTICK],
        decorator: Some('@'),
        word_extra: "$",
        keywords: JAVASCRIPT,
        constants: JAVASCRIPT_CONSTANTS,
        ..BRACES
    },
    Language {
        names: "typescript ts tsx mts cts",
        texts: &[DOUBLE, SINGLE, BACKTICK],
        decorator: Some('@'),
        word_extra: "$",
        keywords: TYPESCRIPT,
        constants: JAVASCRIPT_CONSTANTS,
        types: "any bigint boolean never number object string symbol unknown void",
        ..BRACES
    },
    Language {
        names: "json jsonc json5 jsonl ndjson geojson",
        text_keys: true,
        upper_types: false,
        calls: false,
        ..BRACES
    },
    Language {
        names: "java",
        texts: &[TRIPLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "abstract assert break case catch class continue default do else enum extends final \
            finally for if implements import instanceof interface native new package permits \
            private protected public record return sealed static super switch synchronized this \
            throw throws transient try var volatile while yield",
        types: C_TYPES,
        ..BRACES
    },
    Language {
        names: "kotlin kt kts",
        texts: &[TRIPLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "abstract actual as break by catch class companion const constructor continue \
            crossinline data do else enum expect external final finally for fun if import in \
            infix init inline inner interface internal is lateinit noinline object open operator \
            out override package private protected public reified return sealed super suspend \
            tailrec this throw try typealias val value var vararg when where while",
        ..BRACES
    },
    Language {
        names: "groovy gradle jenkinsfile",
        texts: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "abstract as assert break case catch class continue def default do else enum extends \
            final finally for if implements import in instanceof interface new package pipeline \
            private protected public return stage stages static steps super switch this throw \
            throws trait try while",
        types: C_TYPES,
        ..BRACES
    },
    Language {
        names: "scala sc sbt",
        texts: &[TRIPLE, DOUBLE],
        decorator: Some('@'),
        keywords: "abstract case catch class def derives do else enum export extends final finally for \
            given if implicit import lazy match new object override package private protected \
            return sealed super then this throw trait try type using val var while with yield",
        ..BRACES
    },
    Language {
        names: "go golang",
        texts: &[DOUBLE, SINGLE, BACKTICK],
        keywords: "break case chan const continue default defer else fallthrough for func go goto if \
            import interface map package range return select struct switch type var",
        constants: "true false nil iota append cap close copy delete len make new panic recover",
        types: "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 \
            int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
        ..BRACES
    },
    Language {
        names: "c h arduino ino",
        preprocessor: Some('#'),
        keywords: C_KEYWORDS,
        constants: "NULL true false",
        types: C_TYPES,
        ..BRACES
    },
    Language {
        names: "cpp c++ cc cxx hpp objective-c objc cuda",
        preprocessor: Some('#'),
        keywords: CPP_KEYWORDS,
        constants: "NULL true false nullptr this",
        types: C_TYPES,
        ..BRACES
    },
    Language {
        names: "csharp c# cs",
        preprocessor: Some('#'),
        texts: &[
            TRIPLE,
            Text { open: "@\"", close: "\"", escapes: false, lines: true },
            DOUBLE,
            SINGLE,
        ],
        keywords: "abstract as async await base break case catch checked class const continue default \
            delegate do else enum event explicit extern finally fixed for foreach from get \
            global goto if implicit in init interface internal is lock namespace new operator \
            out override params partial private protected public readonly record ref required \
            return sealed select set sizeof static struct switch this throw try typeof unchecked \
            unsafe using var virtual volatile when where while with yield",
        types: "bool byte char decimal double dynamic float int long nint object sbyte short string \
            uint ulong ushort void",
        ..BRACES
    },
    Language {
        names: "swift",
        texts: &[TRIPLE, DOUBLE],
        nested_comments: true,
        decorator: Some('@'),
        keywords: "actor as associatedtype async await break case catch class continue default defer \
            deinit do else enum extension fallthrough fileprivate for func guard if import in \
            init inout internal is lazy let mutating open operator override private protocol \
            public repeat return self some static struct subscript super switch throw throws try \
            typealias var weak where while",
        constants: "true false nil",
        ..BRACES
    },
    Language {
        names: "dart",
        texts: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "abstract as assert async await break case catch class const continue default do else \
            enum export extends extension factory final finally for get if implements import in \
            is late library mixin new on operator part required return set static super switch \
            this throw try typedef var void while with yield",
        types: "bool double dynamic int num",
        ..BRACES
    },
    Language {
        names: "zig",
        texts: &[DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "and break catch comptime const continue defer else enum errdefer error export extern \
            fn for if inline or orelse packed pub return struct switch test try union \
            unreachable usingnamespace var while",
        constants: "true false null undefined",
        ..BRACES
    },
    Language {
        names: "php",
        line_comments: &["//", "#"],
        sigils: "$",
        ignore_case: true,
        keywords: "abstract and as break case catch class clone const continue declare default do echo \
            else elseif enum extends final finally fn for foreach function global if implements \
            include include_once instanceof interface match namespace new or private protected \
            public readonly require require_once return static switch throw trait try use while \
            yield",
        ..BRACES
    },
    Language {
        names: "ruby rb rake gemfile podfile",
        sigils: "@$",
        keywords: "alias and begin break case class def do else elsif end ensure for if in include loop \
            module next not or private raise redo require require_relative rescue retry return \
            self super then undef unless until when while yield",
        constants: "true false nil",
        word_extra: "?",
        ..HASH
    },
    Language {
        names: "perl pl pm",
        sigils: "$@%",
        comment_after_space: true,
        keywords: "die do else elsif for foreach if last local my next no our package print redo \
            require return say sub unless until use while",
        ..HASH
    },
    Language {
        names: "lua",
        line_comments: &["--"],
        block_comments: &[("--[[", "]]")],
        texts: &[Text { open: "[[", close: "]]", escapes: false, lines: true }, DOUBLE, SINGLE],
        calls: true,
        keywords: "and break do else elseif end for function goto if in local not or repeat return then \
            until while",
        constants: "true false nil self",
        ..BASE
    },
    Language {
        names: "r rscript",
        keywords: "break else for function if in library next repeat return while",
        constants: "TRUE FALSE NULL NA Inf NaN",
        word_extra: ".",
        ..HASH
    },
    Language {
        names: "elixir ex exs",
        texts: &[TRIPLE, DOUBLE, SINGLE],
        decorator: Some('@'),
        keywords: "after alias and case catch cond def defimpl defmacro defmodule defp defprotocol \
            defstruct do else end fn for if import in not or quote raise receive require rescue \
            try unless unquote use when with",
        constants: "true false nil",
        word_extra: "?",
        ..HASH
    },
    Language {
        names: "haskell hs elm purescript",
        line_comments: &["--"],
        block_comments: &[("{-", "-}")],
        nested_comments: true,
        texts: &[DOUBLE],
        upper_types: true,
        word_extra: "'",
        keywords: "as case class data default deriving do else exposing forall hiding if import in \
            infix infixl infixr instance let module newtype of qualified then type where",
        constants: "True False Nothing Just",
        ..BASE
    },
    Language {
        names: "clojure clj lisp scheme edn elisp",
        line_comments: &[";"],
        texts: &[DOUBLE_LINES],
        word_extra: "-*+!?<>=/:",
        keywords: "case cond def defmacro defn defun do fn for if if-let lambda let loop ns quote recur \
            require setq when when-let",
        constants: "true false nil t",
        ..BASE
    },
    Language {
        names: "sql postgresql postgres mysql sqlite plsql plpgsql psql tsql",
        line_comments: &["--"],
        block_comments: &[("/*", "*/")],
        texts: &[SINGLE_LINES, Text { escapes: false, ..DOUBLE }, BACKTICK],
        ignore_case: true,
        calls: true,
        keywords: "add all alter and as asc begin between by cascade case check column commit conflict \
            constraint create cross database default delete desc distinct do drop else end \
            except exists explain foreign from full function grant group having if in index \
            inner insert intersect into is join key left like limit materialized not nothing \
            offset on or order outer over partition primary recursive references returning \
            revoke right rollback schema select set table then to transaction trigger truncate \
            union unique update using values view when where with",
        types: "bigint bigserial blob boolean bytea char date decimal double float int integer \
            interval json jsonb numeric real serial smallint text time timestamp timestamptz \
            uuid varchar",
        ..BASE
    },
    SHELL,
    Language {
        names: "fish nushell nu",
        keywords: "and begin break case continue def else end for function if in let not or return set \
            switch while",
        ..SHELL
    },
    Language {
        names: "powershell ps1 pwsh ps",
        line_comments: &["#"],
        block_comments: &[("<#", "#>")],
        sigils: "$",
        ignore_case: true,
        options: true,
        word_extra: "-",
        keywords: "begin break catch class continue do else elseif end exit finally for foreach \
            function if in param process return switch throw trap try until using while",
        ..BASE
    },
    Language {
        names: "batch bat cmd",
        line_comments: &["::", "rem ", "REM "],
        ignore_case: true,
        keywords: "call cd copy del do echo else endlocal exist exit for goto if in not pause set \
            setlocal shift start",
        ..BASE
    },
    Language { names: "yaml yml helm", format: Format::Yaml, ..BASE },
    Language {
        names: "toml",
        format: Format::Ini,
        line_comments: &["#"],
        texts: &[TRIPLE, TRIPLE_SINGLE, DOUBLE, Text { escapes: false, ..SINGLE }],
        ..BASE
    },
    Language {
        names: "ini cfg conf properties editorconfig gitconfig systemd desktop",
        format: Format::Ini,
        line_comments: &["#", ";"],
        comment_after_space: true,
        texts: &[DOUBLE],
        ..BASE
    },
    Language {
        names: "dotenv env",
        format: Format::Ini,
        line_comments: &["#"],
        comment_after_space: true,
        sigils: "$",
        ..BASE
    },
    Language {
        names: "hcl terraform tf tfvars opentofu nomad",
        line_comments: &["#", "//"],
        block_comments: &[("/*", "*/")],
        texts: &[DOUBLE],
        calls: true,
        keywords: "check data dynamic for for_each if import in job lifecycle locals module moved \
            output provider provisioner removed resource terraform variable",
        types: "any bool list map number object set string tuple",
        ..BASE
    },
    Language {
        names: "nix",
        line_comments: &["#"],
        block_comments: &[("/*", "*/")],
        texts: &[Text { open: "''", close: "''", escapes: false, lines: true }, DOUBLE_LINES],
        word_extra: "-'",
        keywords: "assert else if import in inherit let or rec then with",
        ..BASE
    },
    Language {
        names: "cue jsonnet libsonnet rego opa",
        line_comments: &["#", "//"],
        texts: &[TRIPLE, DOUBLE, SINGLE, BACKTICK],
        calls: true,
        keywords: "as assert contains default else error every for function if import in let local not \
            package self some super then with",
        ..BASE
    },
    Language {
        names: "graphql gql",
        line_comments: &["#"],
        texts: &[TRIPLE, DOUBLE],
        sigils: "$",
        decorator: Some('@'),
        upper_types: true,
        keywords: "directive enum extend fragment implements input interface mutation on query \
            repeatable scalar schema subscription type union",
        ..BASE
    },
    Language {
        names: "protobuf proto thrift",
        calls: false,
        keywords: "enum extend extensions import map message oneof option optional package public \
            repeated required reserved returns rpc service stream struct syntax to typedef",
        types: "bool bytes double fixed32 fixed64 float int32 int64 sfixed32 sfixed64 sint32 sint64 \
            string uint32 uint64",
        ..BRACES
    },
    Language {
        names: "css scss sass less",
        block_comments: &[("/*", "*/")],
        decorator: Some('@'),
        sigils: "$",
        word_extra: "-",
        calls: true,
        constants: "auto inherit initial none unset important",
        ..BASE
    },
    Language {
        names: "nginx caddy caddyfile apache haproxy",
        line_comments: &["#"],
        sigils: "$",
        keywords: "backend bind events frontend http if listen location map proxy_pass return rewrite \
            root server server_name set try_files upstream",
        constants: "on off",
        ..BASE
    },
    Language {
        names: "promql logql",
        line_comments: &["#"],
        calls: true,
        keywords: "and by bool group_left group_right ignoring offset on or unless without",
        ..BASE
    },
    Language {
        names: "html xml svg xhtml vue svelte htm rss plist pom",
        format: Format::Markup,
        ..BASE
    },
    Language { names: "dockerfile docker containerfile", format: Format::Dockerfile, ..BASE },
    Language { names: "makefile make mk just justfile", format: Format::Makefile, ..BASE },
    Language { names: "diff patch udiff", format: Format::Diff, ..BASE },
    Language {
        names: "console shell-session shellsession terminal session pycon",
        format: Format::Console,
        ..BASE
    },
    Language { names: "markdown md mdx", format: Format::Markdown, ..BASE },
    Language { names: "http https", format: Format::Http, ..BASE },
];

/// Also what commands in other formats are read as.
pub(super) const SHELL: Language = Language {
    names: "bash sh shell zsh ksh ash",
    line_comments: &["#"],
    comment_after_space: true,
    texts: &[DOUBLE_LINES, SINGLE_LINES],
    sigils: "$",
    options: true,
    word_extra: "-.",
    keywords: "case do done elif else esac export fi for function if in local readonly return \
            select then until while",
    constants: "alias cd echo eval exec exit printf read set shift source sudo test trap true false \
            unset",
    ..BASE
};

const JAVASCRIPT: &str = "as async await break case catch class const continue debugger default delete do else export \
    extends finally for from function get if import in instanceof let new of return set static \
    super switch throw try typeof var void while with yield";
const JAVASCRIPT_CONSTANTS: &str = "true false null undefined this NaN Infinity console globalThis";
const TYPESCRIPT: &str = "abstract as asserts async await break case catch class const continue debugger declare \
    default delete do else enum export extends finally for from function get if implements \
    import in infer instanceof interface is keyof let module namespace new of override private \
    protected public readonly return satisfies set static super switch throw try type typeof var \
    while yield";
const C_TYPES: &str = "auto bool boolean byte char double float int int16_t int32_t int64_t int8_t long short \
    signed size_t uint16_t uint32_t uint64_t uint8_t unsigned void wchar_t";
const C_KEYWORDS: &str = "break case const continue default do else enum extern for goto if inline register restrict \
    return sizeof static struct switch typedef union volatile while";
const CPP_KEYWORDS: &str = "alignas alignof break case catch class co_await co_return co_yield concept const consteval \
    constexpr const_cast continue decltype default delete do dynamic_cast else enum explicit \
    export extern final for friend goto if inline mutable namespace new noexcept operator \
    override private protected public register reinterpret_cast requires return sizeof static \
    static_assert static_cast struct switch template throw try typedef typename union using \
    virtual volatile while";
