//! Which grammar reads a language: by the names that fences use.

/// What the grammars call themselves, written by `build.rs`: a name, a tab, the grammar.
const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/grammars.txt"));

/// Names that the grammars do not have themselves, and languages that are read well enough by the
/// grammar of a relative. The names in each line stand before their grammar.
const MORE_NAMES: &[(&str, &str)] = &[
    ("python3 starlark", "Python"),
    ("mjs cjs node json5", "JavaScript"),
    ("jsx", "TypeScriptReact"),
    ("jsonc jsonl ndjson geojson", "JSON"),
    ("golang cue", "Go"),
    ("h", "C"),
    ("arduino ino cuda", "C++"),
    ("objc", "Objective-C"),
    ("csharp c-sharp", "C#"),
    ("rscript", "R"),
    // Without this it waits for `<?php`, which examples leave out.
    ("php", "PHP Source"),
    ("scheme elisp emacs-lisp", "Lisp"),
    ("postgresql postgres mysql sqlite plsql plpgsql psql tsql", "SQL"),
    ("shell ksh nushell nu", "Bourne Again Shell (bash)"),
    ("powershell ps1 pwsh ps", "Bourne Again Shell (bash)"),
    ("batch", "Batch File"),
    ("helm", "YAML"),
    ("systemverilog sv svh vh", "Verilog"),
    ("conf editorconfig systemd service", "INI"),
    ("opentofu nomad", "Terraform"),
    ("opa", "Rego"),
    ("thrift", "Protocol Buffer"),
    ("caddy caddyfile haproxy", "nginx"),
    ("apache apacheconf", "Apache Conf"),
    ("promql logql", "Python"),
    ("plist pom", "XML"),
    ("docker dockerfile containerfile", "Dockerfile (with bash)"),
    ("just justfile", "Makefile"),
    ("udiff", "Diff"),
    ("mdx", "Markdown"),
    ("https", "HTTP Request and Response"),
    ("console shell-session shellsession terminal session", SHELL),
    ("pycon", "Python"),
];

/// What commands are read with.
pub(super) const SHELL: &str = "Bourne Again Shell (bash)";

/// The grammar of a language.
pub(super) fn grammar(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    let more = MORE_NAMES.iter().find(|(names, _)| names.split(' ').any(|name| name == language));
    more.map(|(_, grammar)| *grammar).or_else(|| {
        let names = NAMES.lines().filter_map(|line| line.split_once('\t'));
        names.into_iter().find(|(name, _)| *name == language).map(|(_, grammar)| grammar)
    })
}

/// The prompts of a language that shows a session: commands, and what they answered.
pub(super) fn prompts(language: &str) -> Option<&'static [&'static str]> {
    match language.to_lowercase().as_str() {
        "console" | "shell-session" | "shellsession" | "terminal" | "session" => {
            Some(&["$ ", "# ", "% ", "> "])
        }
        "pycon" => Some(&[">>> ", "... "]),
        _ => None,
    }
}

/// Every grammar that a language's name leads to.
#[cfg(test)]
pub(super) fn grammars() -> std::collections::BTreeSet<&'static str> {
    let own = NAMES.lines().filter_map(|line| Some(line.split_once('\t')?.1));
    own.chain(MORE_NAMES.iter().map(|(_, grammar)| *grammar)).collect()
}
