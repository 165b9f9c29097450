//! The keys as `section! { … }` describes them, and what else the configuration's own code declares.

use crate::tidy::modules::is_cfg_test;
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Attribute, Ident, LitStr, Token, Type,
    parse::{Parse, ParseStream},
    visit::Visit,
};

/// A file of the server as syntax.
pub struct File<'a> {
    pub path: &'a str,
    pub syntax: &'a syn::File,
}

/// Each key's path from the root, by description and field.
pub type Paths = BTreeMap<(String, String), String>;

/// Everything that is declared.
#[derive(Default)]
pub struct Declared {
    /// Descriptions by module and name: `catalog::Limits`.
    pub sections: BTreeMap<String, Section>,
    /// Names of keys in descriptions that are written out by hand.
    pub by_hand: BTreeSet<String>,
    /// Names of keys that code asks for, each with its file and line.
    pub asked: Vec<(String, String, usize)>,
}

/// An object of the configuration.
pub struct Section {
    pub file: String,
    pub keys: Vec<Key>,
    /// Whether its keys come from a `section!` and so are documented one by one.
    pub from_macro: bool,
}

pub struct Key {
    pub field: String,
    pub name: String,
    pub line: usize,
    /// The description its values have, when they are objects.
    pub section: Option<String>,
}

impl Declared {
    pub fn read<'a>(files: impl Iterator<Item = &'a File<'a>> + Clone) -> Self {
        let mut declared = Self::default();
        // The names first: a type is an object when its name is one of these.
        let mut raw = Vec::new();
        for file in files.clone() {
            let module = module_of(file.path);
            let mut finder = Finder { file, raw: Vec::new(), declared: &mut declared };
            finder.visit_file(file.syntax);
            raw.extend(finder.raw.into_iter().map(|found| (module.clone(), found)));
        }
        let ids: BTreeSet<String> =
            raw.iter().map(|(module, found)| format!("{module}::{}", found.name)).collect();
        let names: BTreeMap<&str, Names> =
            files.map(|file| (file.path, Names::read(file.path, file.syntax))).collect();
        for (module, found) in raw {
            let names = &names[found.file.as_str()];
            let keys = found.keys.into_iter().map(|(field, name, line, kind)| Key {
                section: names.section(&kind, &ids),
                field,
                name,
                line,
            });
            let section =
                Section { keys: keys.collect(), from_macro: found.from_macro, file: found.file };
            declared.sections.insert(format!("{module}::{}", found.name), section);
        }
        declared
    }

    /// The path of each key from a description on, lists and names of one's own left out.
    pub fn paths(&self, root: &str) -> Paths {
        let mut paths = Paths::new();
        let mut open = vec![(root.to_owned(), String::new())];
        while let Some((id, above)) = open.pop() {
            for key in self.sections.get(&id).into_iter().flat_map(|section| &section.keys) {
                let path = if above.is_empty() {
                    key.name.clone()
                } else {
                    format!("{above}.{}", key.name)
                };
                let place = (id.clone(), key.field.clone());
                if let Some(below) = &key.section
                    && !paths.contains_key(&place)
                {
                    open.push((below.clone(), path.clone()));
                }
                paths.entry(place).or_insert(path);
            }
        }
        paths
    }

    pub fn key(&self, id: &str, field: &str) -> Option<&Key> {
        self.sections.get(id)?.keys.iter().find(|key| key.field == field)
    }

    pub fn ids(&self) -> BTreeSet<String> {
        self.sections.keys().cloned().collect()
    }
}

/// `server/src/config/catalog.rs` is `catalog`, `server/src/config/mod.rs` is `config`.
fn module_of(path: &str) -> String {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// What the names of a file mean, as far as descriptions go.
pub struct Names {
    module: String,
    imports: BTreeMap<String, Vec<String>>,
}

impl Names {
    pub fn read(path: &str, file: &syn::File) -> Self {
        let modules = crate::tidy::modules::modules(file);
        let imports = modules.into_iter().flat_map(|module| module.imports);
        let named = imports.filter_map(|import| Some((import.name?, import.path)));
        Self { module: module_of(path), imports: named.collect() }
    }

    /// The first description that a type names.
    pub fn section(&self, kind: &Type, ids: &BTreeSet<String>) -> Option<String> {
        let mut finder = TypePaths { found: Vec::new() };
        finder.visit_type(kind);
        finder.found.iter().find_map(|path| self.section_of(path, ids))
    }

    /// The description that a path names.
    pub fn section_of(&self, path: &[String], ids: &BTreeSet<String>) -> Option<String> {
        let imported = |name: &String| self.imports.get(name).filter(|path| path.len() > 1);
        let (module, name) = match path {
            [] => return None,
            [name] if name == "Config" || name == "Settings" && !self.knows("Settings") => {
                ("config".to_owned(), "Settings".to_owned())
            }
            [name] => match imported(name) {
                Some(path) => (path[path.len() - 2].clone(), path[path.len() - 1].clone()),
                None => (self.module.clone(), name.clone()),
            },
            [.., module, name] => {
                let real = self.imports.get(module).and_then(|path| path.last());
                (real.unwrap_or(module).clone(), name.clone())
            }
        };
        let name =
            if module == "config" && name == "Config" { "Settings".to_owned() } else { name };
        let id = format!("{module}::{name}");
        ids.contains(&id).then_some(id)
    }

    fn knows(&self, name: &str) -> bool {
        self.imports.contains_key(name)
    }
}

struct TypePaths {
    found: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for TypePaths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.found.push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }
}

/// A description before its types are resolved.
struct Raw {
    file: String,
    name: String,
    keys: Vec<(String, String, usize, Type)>,
    from_macro: bool,
}

struct Finder<'a, 'b> {
    file: &'a File<'a>,
    raw: Vec<Raw>,
    declared: &'b mut Declared,
}

impl Finder<'_, '_> {
    fn ask(&mut self, argument: Option<&syn::Expr>) {
        let Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })) = argument else {
            return;
        };
        let line = name.span().start().line;
        self.declared.asked.push((name.value(), self.file.path.to_owned(), line));
    }
}

impl<'ast> Visit<'ast> for Finder<'_, '_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let tests = matches!(item, syn::Item::Mod(module) if module.attrs.iter().any(is_cfg_test));
        if !tests {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if item.mac.path.is_ident("section")
            && let Ok(description) = syn::parse2::<Description>(item.mac.tokens.clone())
        {
            let file = self.file.path.to_owned();
            let Description { name, keys } = description;
            self.raw.push(Raw { file, name, keys, from_macro: true });
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = |path: &syn::Path| path.segments.last().map(|part| part.ident.to_string());
        let is_setting = item.trait_.as_ref().and_then(|(path, ..)| of(path));
        if is_setting.as_deref() == Some("Setting")
            && let Type::Path(path) = &*item.self_ty
            && let Some(name) = of(&path.path)
        {
            self.by_hand(&name);
        }
        syn::visit::visit_item_impl(self, item);
    }

    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        if literal.path.segments.last().is_some_and(|part| part.ident == "Key") {
            for field in &literal.fields {
                if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) = &field.expr
                    && matches!(&field.member, syn::Member::Named(member) if member == "name")
                {
                    self.declared.by_hand.insert(name.value());
                }
            }
        }
        syn::visit::visit_expr_struct(self, literal);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let method = call.method.to_string();
        match method.as_str() {
            "get" if receiver_is_tree(&call.receiver) => self.ask(call.args.first()),
            "error_in" | "expected_in" => self.ask(call.args.iter().nth(1)),
            _ => {}
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

impl Finder<'_, '_> {
    /// The public fields of a struct that is read by hand stand for its keys.
    fn by_hand(&mut self, name: &str) {
        for item in &self.file.syntax.items {
            let syn::Item::Struct(item) = item else { continue };
            if item.ident != name {
                continue;
            }
            let keys: Vec<_> = item
                .fields
                .iter()
                .filter(|field| matches!(field.vis, syn::Visibility::Public(_)))
                .filter_map(|field| {
                    let ident = field.ident.as_ref()?;
                    let line = ident.span().start().line;
                    Some((ident.to_string(), ident.to_string(), line, field.ty.clone()))
                })
                .collect();
            if !keys.is_empty() {
                let file = self.file.path.to_owned();
                self.raw.push(Raw { file, name: name.to_owned(), keys, from_macro: false });
            }
        }
    }
}

/// Whether `.get("…")` asks an object of the configuration and not some other map.
fn receiver_is_tree(receiver: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = receiver else { return false };
    path.path.segments.last().is_some_and(|part| {
        ["tree", "object", "auth", "options", "it"].iter().any(|name| part.ident == name)
    })
}

/// What stands between the brackets of `section!`, up to its keys.
struct Description {
    name: String,
    keys: Vec<(String, String, usize, Type)>,
}

impl Parse for Description {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<syn::Visibility>()?;
        input.parse::<Token![struct]>()?;
        let name: Ident = input.parse()?;
        let body;
        syn::braced!(body in input);
        let mut keys = Vec::new();
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            let field: Ident = body.parse()?;
            let inner;
            syn::parenthesized!(inner in body);
            let key: LitStr = inner.parse()?;
            body.parse::<Token![:]>()?;
            let kind: Type = body.parse()?;
            if body.parse::<Option<Token![=]>>()?.is_some() {
                body.parse::<LitStr>()?;
            }
            if body.parse::<Option<Token![,]>>()?.is_some() {
                body.parse::<Ident>()?;
                body.parse::<LitStr>()?;
            }
            body.parse::<Token![;]>()?;
            keys.push((field.to_string(), key.value(), field.span().start().line, kind));
        }
        // What follows the keys is for the macro.
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(Self { name: name.to_string(), keys })
    }
}
