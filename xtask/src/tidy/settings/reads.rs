//! Which keys the program reads: follows the types of expressions, as far as they are descriptions of
//! the configuration.
//!
//! A list, a map or an option of descriptions counts as the description itself, so `iter`, `map`, `?`
//! and patterns lead on to the same type. Where the type is not known, nothing counts as read.

use super::declared::{Declared, File, Names};
use crate::tidy::modules::is_cfg_test;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, FnArg, Pat, Type, punctuated::Punctuated, visit::Visit};

/// A description's name; nothing for every other type.
type Kind = Option<String>;

/// The keys that are read, each as its description and its field.
pub fn find<'a>(
    files: impl Iterator<Item = &'a File<'a>>,
    all: &[File<'_>],
    declared: &Declared,
) -> BTreeSet<(String, String)> {
    let ids = declared.ids();
    let mut known = Known::default();
    for file in all {
        let names = Names::read(file.path, file.syntax);
        Signatures { names: &names, ids: &ids, known: &mut known }.visit_file(file.syntax);
    }
    let mut read = BTreeSet::new();
    for file in files {
        let names = Names::read(file.path, file.syntax);
        let mut reader = Reader {
            names: &names,
            ids: &ids,
            known: &known,
            declared,
            itself: None,
            variables: BTreeMap::new(),
            read: &mut read,
        };
        reader.visit_file(file.syntax);
    }
    read
}

/// What functions give, what fields of other structs hold and what variants of enums carry.
#[derive(Default)]
struct Known {
    functions: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    variants: BTreeMap<String, String>,
}

struct Signatures<'a> {
    names: &'a Names,
    ids: &'a BTreeSet<String>,
    known: &'a mut Known,
}

impl<'ast> Visit<'ast> for Signatures<'_> {
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let syn::ReturnType::Type(_, kind) = &signature.output
            && let Some(id) = self.names.section(kind, self.ids)
        {
            self.known.functions.insert(signature.ident.to_string(), id);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        for field in &item.fields {
            let id = self.names.section(&field.ty, self.ids);
            if let (Some(name), Some(id)) = (&field.ident, id) {
                self.known.fields.insert(name.to_string(), id);
            }
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        let id = variant.fields.iter().find_map(|field| self.names.section(&field.ty, self.ids));
        if let Some(id) = id {
            self.known.variants.insert(variant.ident.to_string(), id);
        }
    }
}

struct Reader<'a> {
    names: &'a Names,
    ids: &'a BTreeSet<String>,
    known: &'a Known,
    declared: &'a Declared,
    /// What `self` and `Self` are.
    itself: Kind,
    variables: BTreeMap<String, Kind>,
    read: &'a mut BTreeSet<(String, String)>,
}

/// Methods that give something of the same description as what they are called on.
const SAME: [&str; 38] = [
    "and_then",
    "as_deref",
    "as_mut",
    "as_ref",
    "as_slice",
    "by_ref",
    "chain",
    "clone",
    "cloned",
    "collect",
    "copied",
    "cycle",
    "enumerate",
    "expect",
    "filter",
    "find",
    "first",
    "flatten",
    "get",
    "get_mut",
    "into_iter",
    "into_values",
    "iter",
    "iter_mut",
    "last",
    "next",
    "or",
    "or_else",
    "peekable",
    "rev",
    "skip",
    "take",
    "to_owned",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "values",
    "zip",
];

/// Methods that give what their closure gives.
const MAPPING: [&str; 6] = ["map", "filter_map", "flat_map", "find_map", "map_or", "map_or_else"];

impl Reader<'_> {
    /// The type of an expression; notes every key that is read on the way.
    fn kind(&mut self, expr: &Expr) -> Kind {
        match expr {
            Expr::Path(path) => self.kind_of_path(&path.path),
            Expr::Field(field) => {
                let base = self.kind(&field.base);
                self.field(base, &field.member)
            }
            Expr::Reference(it) => self.kind(&it.expr),
            Expr::Paren(it) => self.kind(&it.expr),
            Expr::Group(it) => self.kind(&it.expr),
            Expr::Try(it) => self.kind(&it.expr),
            Expr::Await(it) => self.kind(&it.base),
            Expr::Unary(it) => self.kind(&it.expr),
            Expr::Index(it) => {
                self.kind(&it.index);
                self.kind(&it.expr)
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Closure(closure) => self.closure(closure, None),
            Expr::Block(block) => self.block(&block.block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Async(block) => self.block(&block.block),
            Expr::If(it) => {
                self.kind(&it.cond);
                let then = self.block(&it.then_branch);
                let other = it.else_branch.as_ref().and_then(|(_, other)| self.kind(other));
                then.or(other)
            }
            Expr::Let(it) => {
                let value = self.kind(&it.expr);
                self.bind(&it.pat, &value);
                None
            }
            Expr::ForLoop(it) => {
                let items = self.kind(&it.expr);
                self.bind(&it.pat, &items);
                self.block(&it.body)
            }
            Expr::Match(it) => self.arms(it),
            Expr::Tuple(it) => it.elems.iter().filter_map(|part| self.kind(part)).next(),
            Expr::Array(it) => it.elems.iter().filter_map(|part| self.kind(part)).next(),
            Expr::Macro(it) => {
                self.in_macro(&it.mac);
                None
            }
            other => {
                syn::visit::visit_expr(self, other);
                None
            }
        }
    }

    fn kind_of_path(&self, path: &syn::Path) -> Kind {
        let name = path.get_ident()?.to_string();
        if name == "self" {
            return self.itself.clone();
        }
        self.variables.get(&name).cloned().flatten()
    }

    fn field(&mut self, base: Kind, member: &syn::Member) -> Kind {
        let syn::Member::Named(name) = member else { return base };
        let name = name.to_string();
        let Some(id) = base else { return self.known.fields.get(&name).cloned() };
        match self.declared.key(&id, &name) {
            Some(key) => {
                self.read.insert((id, name));
                key.section.clone()
            }
            // `config.settings`, before it is taken for the settings themselves.
            None => (name == "settings").then_some(id),
        }
    }

    fn method(&mut self, call: &syn::ExprMethodCall) -> Kind {
        let receiver = self.kind(&call.receiver);
        let name = call.method.to_string();
        let mut given = None;
        for argument in &call.args {
            given = match argument {
                Expr::Closure(closure) => self.closure(closure, Some(&receiver)),
                // `.map(function)`
                Expr::Path(path) => self.kind_of_path(&path.path).or_else(|| {
                    let last = path.path.segments.last()?.ident.to_string();
                    self.known.functions.get(&last).cloned()
                }),
                other => self.kind(other),
            }
            .or(given);
        }
        if let Some(id) = self.known.functions.get(&name).filter(|_| receiver.is_some()) {
            return Some(id.clone());
        }
        if MAPPING.contains(&name.as_str()) {
            return given;
        }
        if SAME.contains(&name.as_str()) { receiver.or(given) } else { None }
    }

    fn call(&mut self, call: &syn::ExprCall) -> Kind {
        let mut given = None;
        for argument in &call.args {
            given = self.kind(argument).or(given);
        }
        let Expr::Path(function) = &*call.func else {
            self.kind(&call.func);
            return None;
        };
        let path: Vec<String> =
            function.path.segments.iter().map(|part| part.ident.to_string()).collect();
        let (last, before) = path.split_last()?;
        if ["Some", "Ok", "Box", "Arc"].contains(&path[0].as_str()) {
            return given;
        }
        // `Section::read(…)` and the like give one of it.
        let of = match before {
            [itself] if itself == "Self" => self.itself.clone(),
            _ => self.names.section_of(before, self.ids),
        };
        of.or_else(|| self.known.functions.get(last).cloned())
    }

    fn closure(&mut self, closure: &syn::ExprClosure, given: Option<&Kind>) -> Kind {
        let unknown = None;
        for input in &closure.inputs {
            self.bind(input, given.unwrap_or(&unknown));
        }
        self.kind(&closure.body)
    }

    fn block(&mut self, block: &syn::Block) -> Kind {
        let mut last = None;
        for statement in &block.stmts {
            last = match statement {
                syn::Stmt::Expr(expr, semi) => {
                    let kind = self.kind(expr);
                    kind.filter(|_| semi.is_none())
                }
                other => {
                    self.visit_stmt(other);
                    None
                }
            };
        }
        last
    }

    fn arms(&mut self, it: &syn::ExprMatch) -> Kind {
        let value = self.kind(&it.expr);
        let mut given = None;
        for arm in &it.arms {
            self.bind(&arm.pat, &value);
            given = self.kind(&arm.body).or(given);
        }
        given
    }

    /// Gives the names in a pattern their type.
    fn bind(&mut self, pattern: &Pat, kind: &Kind) {
        match pattern {
            Pat::Ident(name) => {
                self.variables.insert(name.ident.to_string(), kind.clone());
            }
            Pat::Type(typed) => {
                let own = self.names.section(&typed.ty, self.ids);
                match (&*typed.pat, &*typed.ty) {
                    (Pat::Tuple(parts), Type::Tuple(kinds)) => {
                        for (part, kind) in parts.elems.iter().zip(&kinds.elems) {
                            self.bind(part, &self.names.section(kind, self.ids));
                        }
                    }
                    (pattern, _) => self.bind(pattern, &own),
                }
            }
            Pat::Reference(it) => self.bind(&it.pat, kind),
            Pat::Paren(it) => self.bind(&it.pat, kind),
            Pat::Tuple(it) => it.elems.iter().for_each(|part| self.bind(part, kind)),
            Pat::Guard(it) => {
                self.bind(&it.pat, kind);
                self.kind(&it.guard);
            }
            Pat::Slice(it) => it.elems.iter().for_each(|part| self.bind(part, kind)),
            Pat::Or(it) => it.cases.iter().for_each(|part| self.bind(part, kind)),
            Pat::TupleStruct(it) => {
                let last = it.path.segments.last().map(|part| part.ident.to_string());
                let carried = last.and_then(|name| self.known.variants.get(&name).cloned());
                let kind = carried.or_else(|| kind.clone());
                it.elems.iter().for_each(|part| self.bind(part, &kind));
            }
            Pat::Struct(it) => {
                let path: Vec<String> =
                    it.path.segments.iter().map(|part| part.ident.to_string()).collect();
                let kind = self.names.section_of(&path, self.ids);
                for field in &it.fields {
                    let value = match &kind {
                        Some(_) => self.field(kind.clone(), &field.member),
                        None => None,
                    };
                    self.bind(&field.pat, &value);
                }
            }
            _ => {}
        }
    }

    /// `format!("…", a, b)` and other macros whose arguments are expressions.
    fn in_macro(&mut self, mac: &syn::Macro) {
        type Arguments = Punctuated<Expr, syn::Token![,]>;
        if let Ok(arguments) = mac.parse_body_with(Arguments::parse_terminated) {
            arguments.iter().for_each(|argument| drop(self.kind(argument)));
        }
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let checks = signature.ident == "check" && takes(signature, "Reader");
        if checks {
            return;
        }
        self.variables.clear();
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                let kind = self.names.section(&typed.ty, self.ids);
                match (&*typed.pat, &*typed.ty) {
                    (Pat::Tuple(_), Type::Tuple(_)) => self.bind(&typed.pat, &None),
                    (pattern, _) => self.bind(pattern, &kind),
                }
            }
        }
        self.block(body);
    }
}

fn takes(signature: &syn::Signature, name: &str) -> bool {
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(typed) => {
            let mut kind = &*typed.ty;
            if let Type::Reference(reference) = kind {
                kind = &reference.elem;
            }
            matches!(kind, Type::Path(path)
                if path.path.segments.last().is_some_and(|part| part.ident == name))
        }
        FnArg::Receiver(_) => false,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module.attrs.iter().any(is_cfg_test) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let before =
            std::mem::replace(&mut self.itself, self.names.section(&item.self_ty, self.ids));
        syn::visit::visit_item_impl(self, item);
        self.itself = before;
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(init) = &local.init else { return };
        let kind = self.kind(&init.expr);
        self.bind(&local.pat, &kind);
        if let Some((_, otherwise)) = &init.diverge {
            self.kind(otherwise);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.in_macro(mac);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.kind(expr);
    }
}
