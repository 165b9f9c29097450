//! What the modules of a file define, import and name: the ground on which circles are looked for.

use crate::rust;
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Item, UseTree, Visibility, visit::Visit};

/// A module: the file itself, or one that stands in braces in it.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The names of the modules in braces around it; empty for the file itself.
    pub inside: Vec<String>,
    /// The names it defines, without its modules.
    pub items: BTreeSet<String>,
    /// `mod x;`: the name, and the file when an attribute names one.
    pub files: Vec<(String, Option<String>)>,
    /// `mod x { … }`.
    pub blocks: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// Paths of two names and more, each with the first line that has it.
    pub paths: BTreeMap<Vec<String>, usize>,
    /// Names that stand alone or begin a path, with their first line.
    pub names: BTreeMap<String, usize>,
}

/// One name of a `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub path: Vec<String>,
    /// What it is called here; nothing for `*`.
    pub name: Option<String>,
    /// `pub use`: handed on to others.
    pub exported: bool,
    pub line: usize,
}

/// The modules of a file, itself first; what is compiled for tests alone is left out.
pub fn modules(file: &syn::File) -> Vec<Module> {
    let mut reader = Reader { done: Vec::new(), open: vec![Module::default()] };
    file.items.iter().for_each(|item| reader.visit_item(item));
    reader.done.extend(reader.open.pop());
    reader.done.reverse();
    reader.done
}

struct Reader {
    done: Vec<Module>,
    open: Vec<Module>,
}

impl Reader {
    fn module(&mut self) -> Option<&mut Module> {
        self.open.last_mut()
    }

    fn define(&mut self, name: &Ident) {
        let name = plain(name);
        if let Some(module) = self.module() {
            module.items.insert(name);
        }
    }

    fn import(&mut self, tree: &UseTree, before: &mut Vec<String>, exported: bool) {
        let mut add = |path: Vec<String>, name: Option<String>, line: usize| {
            if let Some(module) = self.module() {
                module.imports.push(Import { path, name, exported, line });
            }
        };
        let whole = |last: &Ident| {
            let mut path = before.clone();
            if last != "self" {
                path.push(plain(last));
            }
            path
        };
        match tree {
            UseTree::Path(path) => {
                before.push(plain(&path.ident));
                self.import(&path.tree, before, exported);
                before.pop();
            }
            UseTree::Name(name) => {
                let path = whole(&name.ident);
                let own = path.last().cloned();
                add(path, own, line(&name.ident));
            }
            UseTree::Rename(name) => {
                add(whole(&name.ident), Some(plain(&name.rename)), line(&name.ident));
            }
            UseTree::Glob(glob) => {
                add(before.clone(), None, glob.star_token.span.start().line);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, before, exported));
            }
        }
    }

    fn name(&mut self, path: Vec<String>, line: usize) {
        let Some(module) = self.module() else { return };
        if let Some(first) = path.first() {
            module.names.entry(first.clone()).or_insert(line);
        }
        if path.len() > 1 {
            module.paths.entry(path).or_insert(line);
        }
    }

    /// The paths in what stands between the brackets of a macro.
    fn tokens(&mut self, stream: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut at = 0;
        let (mut colons, mut after_dot) = (0, false);
        for tree in stream {
            match tree {
                TokenTree::Ident(ident) => {
                    if colons != 2 || path.is_empty() {
                        let rooted_elsewhere = colons == 2 || after_dot;
                        self.end(&mut path, at);
                        at = line(&ident);
                        if !rooted_elsewhere {
                            path.push(plain(&ident));
                        }
                    } else {
                        path.push(plain(&ident));
                    }
                    (colons, after_dot) = (0, false);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path, at);
                    (colons, after_dot) = (0, false);
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
                        _ => {}
                    }
                }
            }
        }
        self.end(&mut path, at);
    }

    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        if !path.is_empty() {
            self.name(std::mem::take(path), line);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).iter().any(is_cfg_test) {
            return;
        }
        match item {
            Item::Const(item) => self.define(&item.ident),
            Item::Enum(item) => self.define(&item.ident),
            Item::Fn(item) => self.define(&item.sig.ident),
            Item::Static(item) => self.define(&item.ident),
            Item::Struct(item) => self.define(&item.ident),
            Item::Trait(item) => self.define(&item.ident),
            Item::TraitAlias(item) => self.define(&item.ident),
            Item::Type(item) => self.define(&item.ident),
            Item::Union(item) => self.define(&item.ident),
            Item::Macro(item) => item.ident.iter().for_each(|name| self.define(name)),
            _ => {}
        }
        syn::visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = plain(&item.ident);
        let Some(module) = self.module() else { return };
        let Some((_, items)) = &item.content else {
            module.files.push((name, item.attrs.iter().find_map(path_attribute)));
            return;
        };
        module.blocks.insert(name.clone());
        let mut inside = module.inside.clone();
        inside.push(name);
        self.open.push(Module { inside, ..Module::default() });
        items.iter().for_each(|item| self.visit_item(item));
        self.done.extend(self.open.pop());
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let exported = !matches!(item.vis, Visibility::Inherited);
            self.import(&item.tree, &mut Vec::new(), exported);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names: Vec<String> = path.segments.iter().map(|part| plain(&part.ident)).collect();
            let at = path.segments.first().map_or(0, |part| line(&part.ident));
            self.name(names, at);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.visit_path(&mac.path);
        self.tokens(mac.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]`, alone or with more that has to hold.
pub fn is_cfg_test(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let text = list.tokens.to_string().replace(' ', "");
    list.path.is_ident("cfg") && (text == "test" || text.starts_with("all(test,"))
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else {
        return None;
    };
    pair.path.is_ident("path").then(|| text.value())
}

fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

fn line(ident: &Ident) -> usize {
    ident.span().start().line
}

/// A file as syntax; a text that is no Rust has its line in the error.
pub fn syntax(stream: TokenStream) -> Result<syn::File, rust::Broken> {
    syn::parse2(stream)
        .map_err(|error| rust::Broken::new(error.span().start().line, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Module> {
        modules(&syn::parse_str(text).unwrap())
    }

    #[test]
    fn a_module_s_names_and_files_are_read() {
        let found = read(
            "mod a; #[path = \"other.rs\"] mod b; pub struct S; fn f() {} macro_rules! m { () => {} }\n\
             mod inner { const X: u8 = 0; mod c; } #[cfg(test)] mod tests { struct T; }",
        );
        assert_eq!(found.len(), 2);
        let items: Vec<_> = found[0].items.iter().map(String::as_str).collect();
        assert_eq!(items, ["S", "f", "m"]);
        let files = [("a".to_owned(), None), ("b".to_owned(), Some("other.rs".to_owned()))];
        assert_eq!(found[0].files, files);
        assert_eq!(
            (&found[1].inside, &found[1].files[0].0),
            (&vec!["inner".to_owned()], &"c".into())
        );
    }

    #[test]
    fn imports_are_read_one_by_one() {
        let found = read("use a::{self, b::C as D, *};\npub use super::x::Y; use ::other::Z;");
        let imports: Vec<_> = found[0]
            .imports
            .iter()
            .map(|it| (it.path.join("::"), it.name.as_deref(), it.exported, it.line))
            .collect();
        let expected = [
            ("a".to_owned(), Some("a"), false, 1),
            ("a::b::C".to_owned(), Some("D"), false, 1),
            ("a".to_owned(), None, false, 1),
            ("super::x::Y".to_owned(), Some("Y"), true, 2),
        ];
        assert_eq!(imports, expected);
    }

    #[test]
    fn paths_are_found_in_code_types_patterns_and_macros() {
        let found = read(
            "fn f(x: crate::a::A) -> super::B { match x { c::C::One => d::e(), _ => {} }\n\
             view! { <p class=g::h()>{x.i::<j>()} {::other::k()}</p> } }\n\
             macro_rules! m { () => { $crate::n::O } }",
        );
        let paths: Vec<String> = found[0].paths.keys().map(|path| path.join("::")).collect();
        let expected = ["c::C::One", "crate::a::A", "crate::n::O", "d::e", "g::h", "super::B"];
        assert_eq!(paths, expected);
        assert_eq!(found[0].paths[&vec!["g".to_owned(), "h".to_owned()]], 2);
        assert!(!found[0].names.contains_key("i") && !found[0].names.contains_key("other"));
    }
}
