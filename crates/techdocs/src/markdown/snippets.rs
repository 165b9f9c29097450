//! `--8<-- "file"`: other files put in place, before anything else is read. Their names count from
//! the folder of mkdocs.yml, as MkDocs is started there, or else from the docs folder.

use super::Origin;
use super::source::Line;
use crate::folder::Folder;
use crate::paths;
use model::docs::DocsWarning;
use model::{Error, Result};

/// How deep snippets may name snippets.
const MAX_DEPTH: usize = 6;
/// One snippet file.
const MAX_FILE_BYTES: u64 = 512 * 1024;
/// Everything put in place on one page.
const MAX_TOTAL_BYTES: usize = 1024 * 1024;
/// Each snippet opens a file; a page that names more is generated or hostile.
const MAX_SNIPPETS: usize = 500;

/// Puts the snippets of a page in place.
pub(super) struct Snippets<'a> {
    pub(super) folder: &'a Folder,
    /// The files lines come from, seen from the folder of mkdocs.yml; [`Origin::file`] is a place
    /// in here.
    pub(super) files: Vec<String>,
    pub(super) warnings: Vec<DocsWarning>,
    /// What is being put in place, outermost first: the file, and which part of it.
    open: Vec<(u16, String)>,
    bytes: usize,
    count: usize,
}

impl<'a> Snippets<'a> {
    pub(super) fn new(folder: &'a Folder, page: &str) -> Self {
        let files = vec![folder.path_from_boundary(page)];
        let open = vec![(0, String::new())];
        Snippets { folder, files, warnings: Vec::new(), open, bytes: 0, count: 0 }
    }

    /// The lines with every snippet replaced by what it names.
    pub(super) fn expand(&mut self, lines: Vec<Line>) -> Vec<Line> {
        // Nearly every page has none.
        if !lines.iter().any(|line| line.text.contains("8<")) {
            return lines;
        }
        self.expand_lines(lines)
    }

    fn expand_lines(&mut self, lines: Vec<Line>) -> Vec<Line> {
        let mut out = Vec::with_capacity(lines.len());
        let mut in_block = false;
        for line in lines {
            let trimmed = line.text.trim();
            let indent = line.text.len() - line.text.trim_start().len();
            match marker(trimmed) {
                Some(Marker::Fence) => in_block = !in_block,
                Some(Marker::File(name)) if !in_block => {
                    self.include(name, &line.text[..indent], line.origin, &mut out);
                }
                Some(Marker::Escaped) => {
                    let text = line.text.replacen(';', "", 1);
                    out.push(Line { text, origin: line.origin });
                }
                Some(Marker::Section) => {}
                _ if in_block => {
                    if !trimmed.is_empty() && !trimmed.starts_with(';') {
                        self.include(trimmed, &line.text[..indent], line.origin, &mut out);
                        // The files of a list are paragraphs of their own.
                        out.push(Line { text: String::new(), origin: line.origin });
                    }
                }
                _ => out.push(line),
            }
        }
        out
    }

    fn include(&mut self, name: &str, indent: &str, at: Origin, out: &mut Vec<Line>) {
        self.count += 1;
        let result = if self.open.len() > MAX_DEPTH {
            Err(format!("snippets nest more than {MAX_DEPTH} deep at `{name}`."))
        } else if self.count > MAX_SNIPPETS {
            // Said once; the rest of a hostile page is not worth a line each.
            if self.count > MAX_SNIPPETS + 1 {
                return;
            }
            Err(format!("the page has more than {MAX_SNIPPETS} snippets; the rest is left out."))
        } else {
            self.read(name).and_then(|found| match self.circle(found.0, name) {
                None => Ok(found),
                Some(circle) => Err(format!("the snippet `{name}` includes itself: {circle}.")),
            })
        };
        match result {
            Ok((file, text, first_line)) => {
                self.open.push((file, part_of(name).to_owned()));
                let lines = text.lines().zip(first_line..).map(|(text, line)| Line {
                    text: if text.is_empty() { String::new() } else { format!("{indent}{text}") },
                    origin: Origin { file, line },
                });
                let lines = lines.collect();
                out.extend(self.expand_lines(lines));
                self.open.pop();
            }
            Err(message) => {
                let file = self.files[usize::from(at.file)].clone();
                let warning = DocsWarning { file, line: Some(at.line), message };
                // A snippet that is put in place twice has the same problems twice.
                if !self.warnings.contains(&warning) {
                    self.warnings.push(warning);
                }
            }
        }
    }

    /// The files through which a snippet would come to itself again: `a.md → b.md → a.md`.
    fn circle(&self, file: u16, name: &str) -> Option<String> {
        let part = part_of(name);
        let is_it = |(open, open_part): &(u16, String)| *open == file && open_part == part;
        let start = self.open.iter().position(is_it)?;
        let way = self.open[start..].iter().map(|(open, _)| *open).chain([file]);
        let names: Vec<&str> = way.map(|file| &*self.files[usize::from(file)]).collect();
        Some(names.join(" → "))
    }

    /// The named part of a file, its place in `files` and the number of its first line.
    fn read(&mut self, name: &str) -> std::result::Result<(u16, String, u32), String> {
        if name.contains("://") {
            return Err(format!(
                "the snippet `{name}` is an address; only files beside mkdocs.yml or below it are put in place."
            ));
        }
        let (path, part) = Part::of(name);
        let path = paths::normalise(path).ok_or_else(|| {
            format!("the snippet `{name}` does not lie below the folder of mkdocs.yml.")
        })?;
        let (path, text) = self
            .file(path)
            .map_err(|error| format!("the snippet `{name}` cannot be put in place: {error}"))?;
        let (text, first_line) =
            part.select(&text).ok_or_else(|| format!("`{path}` has no part `{name}` asks for."))?;
        self.bytes += text.len();
        if self.bytes > MAX_TOTAL_BYTES {
            return Err(format!(
                "the snippets of this page have more than {MAX_TOTAL_BYTES} bytes; `{name}` is left out."
            ));
        }
        let known = self.files.iter().position(|file| *file == path);
        let index = known.unwrap_or_else(|| {
            self.files.push(path);
            self.files.len() - 1
        });
        // Never more files than snippets, which are limited far below.
        Ok((u16::try_from(index).unwrap_or(0), text, first_line))
    }
}

impl Snippets<'_> {
    /// The text of a file, and its path seen from the folder of mkdocs.yml.
    fn file(&self, path: String) -> Result<(String, String)> {
        match self.folder.text_from_boundary(&path, MAX_FILE_BYTES) {
            Ok(text) => Ok((path, text)),
            Err(error) => match self.folder.text(&path, MAX_FILE_BYTES) {
                Ok(text) => Ok((self.folder.path_from_boundary(&path), text)),
                // Of two reasons the one that is not "there is none" helps.
                Err(other) if matches!(error, Error::NotFound { .. }) => Err(other),
                Err(_) => Err(error),
            },
        }
    }
}

/// What a snippet asks for of its file, as it is written; nothing for all of it.
fn part_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(_, part)| part)
}

enum Marker<'a> {
    /// `--8<--` alone: a list of files follows, or ends.
    Fence,
    /// `--8<-- "file"`.
    File(&'a str),
    /// `;--8<-- "file"`: shown as it is, without the semicolon.
    Escaped,
    /// `--8<-- [start:name]`, in a comment of any language.
    Section,
}

fn marker(line: &str) -> Option<Marker<'_>> {
    if !line.contains("8<") {
        return None;
    }
    if section(line, "start").is_some() || section(line, "end").is_some() {
        return Some(Marker::Section);
    }
    if let Some(rest) = line.strip_prefix(';') {
        return scissors(rest).map(|_| Marker::Escaped);
    }
    let rest = scissors(line)?.trim();
    if rest.is_empty() {
        return Some(Marker::Fence);
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = rest.strip_prefix(quote)?.strip_suffix(quote)?.trim();
    (!name.is_empty() && !name.starts_with(';')).then_some(Marker::File(name))
}

/// What stands behind `--8<--`, whose dashes may be more or fewer.
fn scissors(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('-');
    let rest = rest.strip_prefix("8<").filter(|_| rest.len() < line.len())?;
    let after = rest.trim_start_matches('-');
    (after.len() < rest.len()).then_some(after)
}

/// The name in `--8<-- [start:name]`.
fn section<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let at = line.find("8<-")?;
    let rest = line[at + 2..].trim_start_matches('-').trim_start().strip_prefix('[')?.trim_start();
    let rest = rest.strip_prefix(word)?.trim_start().strip_prefix(':')?;
    rest.split_once(']').map(|(name, _)| name.trim())
}

/// Which part of a file a snippet asks for.
enum Part<'a> {
    All,
    /// Lines from 1, both ends included.
    Lines(usize, usize),
    Section(&'a str),
}

impl<'a> Part<'a> {
    /// `file`, `file:3`, `file:3:5`, `file::5` or `file:section`.
    fn of(name: &'a str) -> (&'a str, Part<'a>) {
        let mut parts = name.splitn(3, ':');
        let (path, first, second) = (parts.next().unwrap_or(name), parts.next(), parts.next());
        let part = match (first, second) {
            (None, _) => Part::All,
            (Some(""), Some(end)) => Part::Lines(1, end.parse().unwrap_or(0)),
            (Some(first), None) => match first.parse() {
                Ok(start) => Part::Lines(start, usize::MAX),
                Err(_) => Part::Section(first),
            },
            (Some(first), Some(end)) => {
                Part::Lines(first.parse().unwrap_or(usize::MAX), end.parse().unwrap_or(0))
            }
        };
        (path, part)
    }

    fn select(&self, text: &str) -> Option<(String, u32)> {
        let numbered = text.lines().zip(1_u32..);
        let lines: Vec<(&str, u32)> = match self {
            Part::All => return Some((text.to_owned(), 1)),
            Part::Lines(start, end) => numbered
                .filter(|(_, number)| (*start..=*end).contains(&(*number as usize)))
                .collect(),
            Part::Section(name) => numbered
                .skip_while(|(line, _)| section(line, "start") != Some(name))
                .skip(1)
                .take_while(|(line, _)| section(line, "end") != Some(name))
                .collect(),
        };
        let first = lines.first()?.1;
        Some((lines.into_iter().map(|(line, _)| format!("{line}\n")).collect(), first))
    }
}
