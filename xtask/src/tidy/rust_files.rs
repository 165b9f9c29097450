//! The Rust files of the checkout: each is read once, by as many threads as the machine has processors.
//!
//! Syntax trees stay in their thread. What a rule over all files needs of them is taken out there.

use super::{Fault, RustFile, Source, circles, modules, routes, settings, sources};
use crate::rust;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// All files, in the order of their paths, and what is wrong with single ones.
#[derive(Default)]
pub struct Read<'a> {
    pub files: Vec<RustFile<'a>>,
    pub faults: Vec<Fault>,
}

impl<'a> Read<'a> {
    /// What the modules define and name, by file.
    pub fn modules(&self) -> circles::Files<'_> {
        self.files.iter().map(|file| (&*file.source.path, &*file.modules)).collect()
    }
}

/// A view's macros nest deeper than a thread's usual stack is made for.
const STACK: usize = 32 << 20;

/// Reads every file and checks it by the rules for single files. The server's own are read by one
/// thread: the rules about the configuration and about routes look at all of them together.
pub fn read(sources: &[Source]) -> Read<'_> {
    let is_rust = |source: &&Source| source.path.ends_with(".rs") && !is_foreign(&source.path);
    let (server, others): (Vec<&Source>, Vec<&Source>) =
        sources.iter().filter(is_rust).partition(|source| settings::concerns(&source.path));
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut whole = Read::default();
    thread::scope(|scope| {
        let (server, others, next) = (&server, &others, &next);
        let workers: Vec<_> = (0..threads)
            .map(|number| {
                let work = move || {
                    let mut read = Read::default();
                    if number == 0 {
                        server_files(server, sources, &mut read);
                    }
                    while let Some(source) = others.get(next.fetch_add(1, Ordering::Relaxed)) {
                        one_file(source, &mut read);
                    }
                    read
                };
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)
            })
            .collect();
        for worker in workers {
            match worker.map(|worker| worker.join()) {
                Ok(Ok(read)) => {
                    whole.files.extend(read.files);
                    whole.faults.extend(read.faults);
                }
                // A rule that does not end well must not look like one that holds.
                Ok(Err(_)) => whole.faults.push(unread("a rule ended in a panic")),
                Err(error) => whole.faults.push(unread(&format!("no thread ({error})"))),
            }
        }
    });
    whole.files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
    whole
}

fn unread(reason: &str) -> Fault {
    let message = format!("not all files were read: {reason}");
    Fault { file: "xtask/src/tidy/rust_files.rs".to_owned(), line: 0, rule: "syntax", message }
}

/// What templates make files of is in their language, not in Rust.
fn is_foreign(path: &str) -> bool {
    path.starts_with("templates/")
}

fn server_files<'a>(server: &[&'a Source], sources: &[Source], read: &mut Read<'a>) {
    let parsed: Vec<(&str, syn::File)> = server
        .iter()
        .filter_map(|source| Some((source.path.as_str(), one_file(source, read)?)))
        .collect();
    let files: Vec<settings::File<'_>> =
        parsed.iter().map(|(path, syntax)| settings::File { path, syntax }).collect();
    let page = sources.iter().find(|source| source.path == settings::PAGE);
    read.faults.extend(settings::check(&files, page.map_or("", |page| &page.text)));
    read.faults.extend(routes::check(&files, sources));
}

/// Whether some rule looks at single tokens of the file. Most files can do without them: the rules
/// about names look for these words, the others are about the interface and the server.
fn is_read_by_tokens(source: &Source) -> bool {
    let concerns = ["app/src/", "server/src/"];
    concerns.iter().any(|start| source.path.starts_with(start))
        || ["sqlx", "reqwest", "env"].iter().any(|word| source.text.contains(word))
}

/// Reads a file; gives its syntax when it is part of a crate and not a test.
fn one_file<'a>(source: &'a Source, read: &mut Read<'a>) -> Option<syn::File> {
    let mut broken = |error: rust::Broken| {
        read.faults.push(source.fault(error.line, "syntax", error.to_string()));
    };
    let is_test = sources::is_test(&source.path);
    let by_tokens = is_read_by_tokens(source);
    if is_test && !by_tokens {
        read.faults.extend(sources::check(source, &[], &[]));
        return None;
    }
    let stream = rust::read(&source.text).map_err(&mut broken).ok()?;
    let tokens = if by_tokens { rust::list(&source.text, stream.clone()) } else { Vec::new() };
    let syntax = if is_test { None } else { modules::syntax(stream).map_err(&mut broken).ok() };
    let code = rust::without_tests(&tokens);
    read.faults.extend(sources::check(source, &tokens, &code));
    let modules = syntax.as_ref().map(modules::modules).unwrap_or_default();
    read.files.push(RustFile { source, tokens, code, modules });
    syntax
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_once_and_in_order() {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let header = "//! Does one thing well.\n";
        let sources = [
            source("server/src/a.rs", header),
            source("crates/x/src/lib.rs", &format!("{header}mod a; fn f() {{}}")),
            source("crates/x/tests/it.rs", &format!("{header}fn g() {{ env!(\"A\") }}")),
            source("crates/x/tests/plain.rs", &format!("{header}fn g() {{}}")),
            source("templates/a/main.rs", "${{ values.name }} ("),
            source("docs/x.md", "# X"),
            source("crates/x/src/bad.rs", &format!("{header}fn f( {{}}")),
        ];
        let read = read(&sources);
        let paths: Vec<&str> = read.files.iter().map(|file| &*file.source.path).collect();
        assert_eq!(paths, ["crates/x/src/lib.rs", "crates/x/tests/it.rs", "server/src/a.rs"]);
        assert!(read.files[0].tokens.is_empty() && !read.files[1].tokens.is_empty());
        assert_eq!(read.modules()["crates/x/src/lib.rs"][0].files[0].0, "a");
        let faults: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].starts_with("crates/x/src/bad.rs:2: cannot be read as Rust"),
            "{faults:?}"
        );
    }
}
