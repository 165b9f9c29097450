//! The style sheet: `style/` in the order of `main.css`, then the utility classes the interface uses.
//!
//! A class in `app/src` that neither `style/` defines nor the utilities know is an error, so that a
//! misspelt name is seen when it is written and not when somebody looks at the page.

mod classes;
mod text;
mod theme;

use crate::{
    report,
    rust::{self, Token},
    workspace::Workspace,
};
use anyhow::{Context, Result};
use encre_css::{Config, Preflight, scanner::Scanner};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};
use theme::Tokens;

/// What the utilities expect of every element; the rest of a reset belongs to `style/`.
const DEFAULTS: &str = "*,::before,::after,::backdrop{--en-border-spacing-x:0;--en-border-spacing-y:0;\
--en-translate-x:0;--en-translate-y:0;--en-translate-z:0;--en-rotate-x:0;--en-rotate-y:0;\
--en-rotate-z:0;--en-skew-x:0;--en-skew-y:0;--en-scale-x:1;--en-scale-y:1;--en-scale-z:1;\
--en-ordinal: ;--en-slashed-zero: ;--en-numeric-figure: ;--en-numeric-spacing: ;\
--en-numeric-fraction: ;--en-ring-inset: ;--en-ring-offset-width:0px;\
--en-ring-offset-color:transparent;--en-ring-color:currentColor;--en-scroll-snap-strictness:proximity;\
--en-blur: ;--en-brightness: ;--en-contrast: ;--en-grayscale: ;--en-hue-rotate: ;--en-invert: ;\
--en-saturate: ;--en-sepia: ;--en-drop-shadow: ;--en-backdrop-blur: ;--en-backdrop-brightness: ;\
--en-backdrop-contrast: ;--en-backdrop-grayscale: ;--en-backdrop-hue-rotate: ;--en-backdrop-invert: ;\
--en-backdrop-opacity: ;--en-backdrop-saturate: ;--en-backdrop-sepia: }\
::before,::after{--en-content:\"\"}";

/// What is wrong with a class, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    pub line: usize,
    pub message: String,
}

/// `cargo xtask css`: builds the sheet and says how large it is.
pub fn run(workspace: &Workspace) -> Result<()> {
    let css = build(workspace)?;
    println!("style sheet: {}", report::size(css.len() as u64));
    Ok(())
}

/// The whole minified style sheet. Unknown classes are listed and fail the build.
pub fn build(workspace: &Workspace) -> Result<String> {
    let sheet = Sheet::read(workspace)?;
    let faults = sheet.faults();
    if !faults.is_empty() {
        for fault in &faults {
            eprintln!("{}:{}: {}", fault.file, fault.line, fault.message);
        }
        anyhow::bail!("{} unknown or unchecked class names in app/src", faults.len());
    }
    Ok(sheet.css())
}

/// What is wrong with the classes in `app/src`, for `tidy`, which has read the files: path, text and
/// tokens without tests.
pub fn faults<'a>(
    workspace: &Workspace,
    files: impl Iterator<Item = (&'a str, &'a str, &'a [Token<'a>])>,
) -> Result<Vec<Fault>> {
    let style = text::bundle(&workspace.root.join("style/main.css"))?;
    let mut uses = Uses::new();
    files.for_each(|(path, text, code)| add_uses(&mut uses, path, text, code));
    Ok(Sheet::new(style, uses).faults())
}

/// A class name with the places that use it.
type Uses = BTreeMap<String, Vec<(String, usize)>>;

struct Sheet {
    style: String,
    defined: BTreeSet<String>,
    tokens: Tokens,
    uses: Uses,
}

impl Sheet {
    fn read(workspace: &Workspace) -> Result<Self> {
        let style = text::bundle(&workspace.root.join("style/main.css"))?;
        let mut uses = Uses::new();
        for path in rust_files(&workspace.root.join("app/src"))? {
            let source =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let file = workspace.relative(&path);
            let tokens = rust::tokens(&source)
                .map_err(|broken| anyhow::anyhow!("{file}:{}: {broken}", broken.line))?;
            add_uses(&mut uses, &file, &source, &rust::without_tests(&tokens));
        }
        Ok(Self::new(style, uses))
    }

    fn new(style: String, uses: Uses) -> Self {
        Self { defined: text::defined_classes(&style), tokens: Tokens::read(&style), uses, style }
    }

    /// The class names that are the utilities' business.
    fn utilities(&self) -> impl Iterator<Item = &str> {
        self.uses.keys().map(String::as_str).filter(|name| !self.defined.contains(*name))
    }

    fn css(&self) -> String {
        let config = self.config();
        let utilities = encre_css::generate(self.utilities(), &config);
        let mut css = text::minify(&self.style);
        if !utilities.is_empty() {
            // Before everything else, so that style/ may set them for an element.
            css.insert_str(0, DEFAULTS);
            css.push_str(&text::minify(&utilities));
        }
        css
    }

    fn faults(&self) -> Vec<Fault> {
        let config = self.config();
        let mut faults = Vec::new();
        for (name, places) in &self.uses {
            if self.defined.contains(name) {
                continue;
            }
            let Some(message) = self.problem(name, &config) else { continue };
            faults.extend(places.iter().map(|(file, line)| Fault {
                file: file.clone(),
                line: *line,
                message: message.clone(),
            }));
        }
        faults.sort();
        faults
    }

    fn problem(&self, name: &str, config: &Config) -> Option<String> {
        if classes::is_made_of_pieces(name) {
            return Some(format!(
                "the class name `{name}` is put together from pieces and cannot be checked; \
                 write each whole name, as in `match kind {{ A => \"badge-a\", … }}`"
            ));
        }
        let (variants, utility) = split_variants(name);
        if variants.split(':').any(|variant| variant == "dark") {
            return Some(format!(
                "the class `{name}` asks for the dark theme; the tokens of style/ know both themes"
            ));
        }
        if theme::is_palette_colour(utility, &self.tokens) {
            return Some(format!(
                "the class `{name}` is a literal colour; use one of the tokens of style/ (`--color-…`)"
            ));
        }
        if self.is_known(name, config) {
            return None;
        }
        let hint = match nearest(name, self.defined.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "define it in style/ or use a utility class".to_owned(),
        };
        Some(format!("the class `{name}` is neither defined in style/ nor a utility; {hint}"))
    }

    fn is_known(&self, name: &str, config: &Config) -> bool {
        // Marks for group-…: and peer-…: variants; they style nothing themselves.
        let mark = |word: &str| {
            name == word || name.strip_prefix(word).is_some_and(|r| r.starts_with('/'))
        };
        if mark("group") || mark("peer") {
            return true;
        }
        let (variants, utility) = split_variants(name);
        if theme::declarations(utility, &self.tokens).is_some() {
            // Only the variants are left to ask about; any known utility will do.
            return encre_css::utils::check_selectors(&format!("{variants}block"), config)
                .is_empty();
        }
        encre_css::utils::check_selectors(name, config).is_empty()
    }

    /// The library's configuration: our tokens, our utilities, our way of being dark.
    fn config(&self) -> Config {
        let mut config = Config::default();
        config.preflight = Preflight::new_none();
        config.scanner = Scanner::from_fn(|source| source.split_whitespace().collect());
        for (name, _) in self.tokens.of("color-") {
            config.theme.colors.add(name.to_owned(), format!("var(--color-{name})"));
        }
        for (name, value) in self.tokens.of("breakpoint-") {
            config.theme.screens.add(name.to_owned(), value.to_owned());
        }
        for (name, value) in self.tokens.of("container-") {
            config.theme.containers.add(name.to_owned(), value.to_owned());
        }
        self.add_own_utilities(&mut config);
        config
    }

    /// Registers the utilities made of tokens under names of their own, and each class that uses one
    /// as a short form of it: the library's own meaning of the class then never comes up.
    fn add_own_utilities(&self, config: &mut Config) {
        use encre_css::plugins::{ListProperties, Plugin};
        // The library sorts ours before its own, which is right (`text-sm leading-none`), except
        // under a variant, which must come after every plain class.
        config.layers.add("own", 0);
        let mut props = HashMap::new();
        let mut names: HashMap<&str, String> = HashMap::new();
        for class in self.utilities() {
            let (variants, utility) = split_variants(class);
            let Some(lines) = theme::declarations(utility, &self.tokens) else { continue };
            let count = names.len();
            let name = names.entry(utility).or_insert_with(|| format!("own-{count}"));
            props.insert(name.clone(), lines);
            let target =
                if variants.is_empty() { name.clone() } else { format!("l-own:{variants}{name}") };
            config.shortcuts.add(class.to_owned(), target);
        }
        if !props.is_empty() {
            config.register_dynamic_plugin(Plugin::ListProperties(ListProperties {
                props,
                ..ListProperties::default_dynamic()
            }));
        }
    }
}

fn add_uses(uses: &mut Uses, file: &str, source: &str, code: &[Token<'_>]) {
    for found in classes::used(source, code) {
        uses.entry(found.name).or_default().push((file.to_owned(), found.line));
    }
}

/// `md:hover:p-4` as `md:hover:` and `p-4`; colons in brackets separate nothing.
fn split_variants(class: &str) -> (&str, &str) {
    let mut depth = 0_u32;
    let mut cut = 0;
    for (at, c) in class.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => cut = at + 1,
            _ => {}
        }
    }
    class.split_at(cut)
}

/// The defined name that differs in at most two letters.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .filter(|other| other.len().abs_diff(name.len()) <= 2)
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, other)| other)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).with_context(|| format!("reading {}", dir.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = ":root{--color-accent:#06c;--color-surface:#fff;--radius-md:6px;--text-sm:.8rem;\
        --breakpoint-md:48rem} .card{padding:1rem} .btn-primary{color:red}";

    fn sheet(classes: &str) -> Sheet {
        let mut uses = Uses::new();
        let source = format!("view! {{ <a\nclass=\"{classes}\"> }}");
        add_uses(&mut uses, "app/src/x.rs", &source, &rust::tokens(&source).unwrap());
        Sheet::new(STYLE.to_owned(), uses)
    }

    #[test]
    fn a_misspelt_class_is_named_with_its_line() {
        let faults = sheet("card crad p-4").faults();
        assert_eq!(faults.len(), 1);
        assert_eq!((faults[0].file.as_str(), faults[0].line), ("app/src/x.rs", 2));
        assert!(faults[0].message.contains("`crad`"), "{}", faults[0].message);
        assert!(faults[0].message.contains("did you mean `card`"), "{}", faults[0].message);
    }

    #[test]
    fn known_utilities_pass() {
        let classes = "flex md:grid p-4 bg-accent text-accent/50 hover:bg-surface size-4 text-sm \
            rounded-md md:rounded-md group group-hover:flex w-[12rem] \
            before:content-[''] outline-none sr-only grid-cols-2 @md:flex";
        assert_eq!(sheet(classes).faults(), Vec::new());
    }

    #[test]
    fn nonsense_variants_literal_colours_and_pieces_do_not() {
        for class in [
            "mdd:flex",
            "dark:flex",
            "mdd:rounded-md",
            "bg-red-500",
            "text-white",
            "badge-{kind}",
            "p-",
        ] {
            assert_eq!(sheet(class).faults().len(), 1, "{class}");
        }
    }

    #[test]
    fn tokens_reach_the_sheet_in_the_right_order() {
        let css =
            sheet("rounded-none md:rounded-md rounded-md bg-accent leading-none text-sm").css();
        let at = |needle: &str| css.find(needle).unwrap_or_else(|| panic!("no {needle} in {css}"));
        assert!(at(".rounded-md{border-radius:var(--radius-md)}") > at(".card{"));
        assert!(at(".md\\:rounded-md{border-radius:var(--radius-md)}") > at(".rounded-none{"));
        assert!(at(".text-sm{font-size:var(--text-sm)}") < at(".leading-none{"));
        at(".bg-accent{background-color:var(--color-accent)}");
        at("@media (width >= 48rem)");
    }

    #[test]
    fn what_style_defines_is_left_to_style() {
        let css = sheet("card").css();
        assert_eq!(css.matches(".card").count(), 1);
    }

    #[test]
    fn variants_are_split_outside_of_brackets() {
        assert_eq!(split_variants("md:hover:p-4"), ("md:hover:", "p-4"));
        assert_eq!(split_variants("[&:hover]:p-4"), ("[&:hover]:", "p-4"));
        assert_eq!(split_variants("w-[calc(a:b)]"), ("", "w-[calc(a:b)]"));
    }
}
