//! From the scopes that grammars give to words to the classes of `style/docs.css`.

use syntect::parsing::{Scope, ScopeStack};

/// The beginning of a scope and the class for it, the more special one first. No class says that the
/// word is nothing special, whatever it stands in.
const RULES: &[(&str, Option<&str>)] = &[
    ("comment", Some("hl-c")),
    // What is inserted into a text is code again.
    ("meta.interpolation", None),
    ("meta.template.expression", None),
    ("meta.group.expansion", None),
    ("source.js.embedded", None),
    ("punctuation.definition.variable", Some("hl-v")),
    ("variable.other.readwrite.shell", Some("hl-v")),
    ("variable.other.readwrite.instance", Some("hl-v")),
    ("variable.other.readwrite.global", Some("hl-v")),
    ("variable.other.php", Some("hl-v")),
    ("variable.other.environment", Some("hl-v")),
    ("variable.parameter.makefile", Some("hl-v")),
    ("keyword.other.block.begin.makefile", Some("hl-v")),
    ("keyword.other.block.end.makefile", Some("hl-v")),
    ("variable.parameter.option", Some("hl-a")),
    ("variable.other.readwrite.terraform", Some("hl-a")),
    ("variable.language", Some("hl-b")),
    ("variable.annotation", Some("hl-m")),
    ("variable.function", Some("hl-f")),
    ("variable.type", Some("hl-t")),
    ("variable.other.makefile", Some("hl-a")),
    // Keys of values, before the texts that they are in some grammars.
    ("entity.name.tag.yaml", Some("hl-a")),
    ("entity.name.tag.toml", Some("hl-a")),
    ("entity.name.field", Some("hl-a")),
    ("keyword.name.ini", Some("hl-a")),
    ("keyword.other.http-header.key", Some("hl-a")),
    ("support.type.property-name", Some("hl-a")),
    ("entity.other.attribute-name", Some("hl-a")),
    ("support.other.variable.java-props", Some("hl-a")),
    ("string.unquoted.http-header", None),
    ("string.name.value.ini", None),
    ("string.unquoted.plain.out.yaml", Some("hl-s")),
    ("string.unquoted.makefile", None),
    ("constant.character.escape", Some("hl-s")),
    ("string", Some("hl-s")),
    ("constant.numeric", Some("hl-n")),
    ("constant.character.entity", Some("hl-m")),
    ("constant.other.placeholder", Some("hl-v")),
    ("constant", Some("hl-b")),
    ("support.constant", Some("hl-b")),
    ("support.macro", Some("hl-f")),
    ("support.function", Some("hl-f")),
    ("entity.name.function", Some("hl-f")),
    ("entity.name.macro", Some("hl-f")),
    ("entity.name.constant", Some("hl-b")),
    ("entity.name.section", Some("hl-h")),
    ("entity.name.table", Some("hl-h")),
    ("entity.section", Some("hl-h")),
    ("entity.name.tag", Some("hl-e")),
    ("entity.name.label", None),
    ("entity.name.other.anchor", Some("hl-m")),
    ("entity.name", Some("hl-t")),
    ("entity.other.inherited-class", Some("hl-t")),
    ("entity.other.pseudo-class", Some("hl-m")),
    ("support.class", Some("hl-t")),
    ("support.type", Some("hl-t")),
    ("keyword.operator.word", Some("hl-k")),
    ("keyword.operator.logical.python", Some("hl-k")),
    ("keyword.operator", None),
    ("keyword.other.unit", Some("hl-n")),
    ("keyword", Some("hl-k")),
    ("storage.type.function.arrow", None),
    ("storage.type.keyword", Some("hl-k")),
    ("storage.type.go", Some("hl-t")),
    ("storage.type.c", Some("hl-t")),
    ("storage.type.tag-handle", Some("hl-m")),
    ("storage.type.numeric", Some("hl-n")),
    ("storage.modifier.required", None),
    ("storage.modifier.list", None),
    ("storage", Some("hl-k")),
    ("markup.heading", Some("hl-h")),
    ("markup.inserted", Some("hl-i")),
    ("markup.deleted", Some("hl-d")),
    ("markup.raw.code-fence", None),
    ("markup.raw", Some("hl-s")),
    ("markup.quote", Some("hl-c")),
    ("punctuation.definition.list_item", Some("hl-m")),
    ("meta.code-fence.definition", Some("hl-m")),
    ("meta.diff.header", Some("hl-m")),
    ("meta.diff.range", Some("hl-h")),
    ("meta.annotation", Some("hl-m")),
    ("punctuation.definition.tag", Some("hl-e")),
    ("meta.tag.section.ini", Some("hl-h")),
];

/// What is a key in JSON; its texts are texts like others.
const KEY: &str = "meta.mapping.key";
const MAPPING: &str = "meta.mapping";

/// The rules, their scopes read.
pub(super) struct Classes {
    rules: Vec<(Scope, Option<&'static str>)>,
    key: Option<Scope>,
    mapping: Option<Scope>,
}

impl Classes {
    pub(super) fn new() -> Classes {
        let scope = |name: &str| Scope::new(name).ok();
        let rules = RULES.iter().filter_map(|(name, class)| Some((scope(name)?, *class)));
        Classes { rules: rules.collect(), key: scope(KEY), mapping: scope(MAPPING) }
    }

    /// The class of a word with these scopes: the innermost that has a rule decides.
    pub(super) fn of(&self, scopes: &ScopeStack) -> Option<&'static str> {
        let scopes = scopes.as_slice();
        let rule =
            |scope: &Scope| self.rules.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        let class = scopes.iter().rev().find_map(rule)?.1;
        let is_in = |prefix: Option<Scope>| {
            scopes
                .iter()
                .rposition(|scope| prefix.is_some_and(|prefix| prefix.is_prefix_of(*scope)))
        };
        let is_key = class == Some("hl-s")
            && is_in(self.key).is_some_and(|at| is_in(self.mapping) == Some(at));
        if is_key { Some("hl-a") } else { class }
    }
}
