//! `when` of a parameter page: whether the page is asked for, by what earlier pages hold.

use super::Field;
use super::rule::{Rule, for_browser as rule_for_browser};
use crate::render::{StepRenderer, is_truthy};
use model::template::FieldCondition;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whether a page is asked for. An expression that cannot be evaluated hides nothing.
pub(crate) fn holds(when: Option<&Value>, values: &Value) -> bool {
    match when {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) if !text.trim().is_empty() => {
            let source = Value::from(expression(text));
            let renderer = StepRenderer::new(&BTreeMap::new(), false);
            let found = renderer.value(&source, &json!({ "parameters": values }));
            found.as_ref().is_some_and(is_truthy)
        }
        // Anything else is no condition.
        _ => true,
    }
}

fn expression(text: &str) -> String {
    let text = text.trim();
    match text.starts_with("${{") {
        true => text.to_owned(),
        false => format!("${{{{ {text} }}}}"),
    }
}

/// The condition as the browser judges it; nothing, when the page is always asked for.
pub(crate) fn for_browser(when: Option<&Value>, fields: &[&Field]) -> Option<FieldCondition> {
    match when {
        Some(Value::Bool(true)) => None,
        Some(Value::Bool(false)) => Some(FieldCondition::Any(Vec::new())),
        Some(Value::String(text)) if !text.trim().is_empty() => {
            let source = expression(text);
            let inner = source.strip_prefix("${{").and_then(|text| text.strip_suffix("}}"));
            let rule = inner.and_then(|text| Parser::new(text)?.whole());
            Some(match rule {
                Some(rule) => rule_for_browser(&rule, fields),
                None => FieldCondition::Unknown,
            })
        }
        _ => None,
    }
}

/// Reads the expressions that people write most: comparisons of a parameter with a constant, put
/// together by `and`, `or` and `not`. Everything else is left to the server.
struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Constant(Value),
    Sign(&'static str),
}

impl Parser {
    fn new(text: &str) -> Option<Parser> {
        const SIGNS: [&str; 9] = ["===", "!==", "==", "!=", "(", ")", "[", "]", "."];
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                tokens.push(Token::Sign(sign));
                sign.len()
            } else if first == '\'' || first == '"' {
                let end = rest[1..].find(first)?;
                let inside = &rest[1..=end];
                if inside.contains('\\') {
                    return None;
                }
                tokens.push(Token::Constant(Value::from(inside)));
                end + 2
            } else if first.is_ascii_digit() {
                let end =
                    rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                tokens.push(Token::Constant(serde_json::from_str(&rest[..end]).ok()?));
                end
            } else if first.is_ascii_alphabetic() || first == '_' {
                let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                tokens.push(match &rest[..end] {
                    "true" | "false" => Token::Constant(Value::from(&rest[..end] == "true")),
                    word => Token::Word(word.to_owned()),
                });
                end
            } else {
                return None;
            };
            rest = rest[length..].trim_start();
        }
        Some(Parser { tokens, at: 0 })
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        self.take(&Token::Word(word.to_owned()))
    }

    fn whole(mut self) -> Option<Rule> {
        let rule = self.either()?;
        (self.at == self.tokens.len()).then_some(rule)
    }

    fn either(&mut self) -> Option<Rule> {
        let mut rule = self.both()?;
        while self.word("or") {
            let other = self.both()?;
            // One or the other: not neither.
            let neither = Rule::All(vec![Rule::Not(Box::new(rule)), Rule::Not(Box::new(other))]);
            rule = Rule::Not(Box::new(neither));
        }
        Some(rule)
    }

    fn both(&mut self) -> Option<Rule> {
        let mut rule = self.one()?;
        while self.word("and") {
            rule = Rule::All(vec![rule, self.one()?]);
        }
        Some(rule)
    }

    fn one(&mut self) -> Option<Rule> {
        if self.word("not") {
            return Some(Rule::Not(Box::new(self.one()?)));
        }
        if self.take(&Token::Sign("(")) {
            let rule = self.either()?;
            return self.take(&Token::Sign(")")).then_some(rule);
        }
        let path = self.parameter()?;
        let sign = match self.tokens.get(self.at) {
            Some(Token::Sign(sign @ ("==" | "===" | "!=" | "!=="))) => *sign,
            // A parameter alone: whether there is anything that counts as a yes.
            _ => return Some(test(&path, json!({"not": {"enum": [false, "", 0, null, []]}}))),
        };
        self.at += 1;
        let Some(Token::Constant(value)) = self.tokens.get(self.at).cloned() else { return None };
        self.at += 1;
        let equal = match sign.len() {
            3 => json!({ "const": value }),
            _ => json!({ "enum": loosely(value)? }),
        };
        let equal = test(&path, equal);
        Some(if sign.starts_with('!') { Rule::Not(Box::new(equal)) } else { equal })
    }

    /// `parameters.name`, `parameters['name']`, and deeper.
    fn parameter(&mut self) -> Option<Vec<String>> {
        if !self.word("parameters") {
            return None;
        }
        let mut path = Vec::new();
        loop {
            if self.take(&Token::Sign(".")) {
                let Some(Token::Word(name)) = self.tokens.get(self.at).cloned() else {
                    return None;
                };
                self.at += 1;
                path.push(name);
            } else if self.take(&Token::Sign("[")) {
                let Some(Token::Constant(Value::String(name))) = self.tokens.get(self.at).cloned()
                else {
                    return None;
                };
                self.at += 1;
                path.push(name);
                if !self.take(&Token::Sign("]")) {
                    return None;
                }
            } else {
                return (!path.is_empty()).then_some(path);
            }
        }
    }
}

/// What `==` takes for the same: 5 and "5". Nothing, where more than that would count.
fn loosely(value: Value) -> Option<Vec<Value>> {
    Some(match &value {
        Value::Number(number) => vec![Value::from(number.to_string()), value],
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => match serde_json::from_str(text) {
            Ok(number @ Value::Number(_)) => vec![number, value],
            _ => vec![value],
        },
        _ => vec![value],
    })
}

/// A test of one parameter, as a schema of all.
fn test(path: &[String], test: Value) -> Rule {
    let schema = path
        .iter()
        .rev()
        .fold(test, |inner, name| json!({"required": [name], "properties": {name: inner}}));
    Rule::Fits { path: String::new(), schema }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_a_page_as_backstage_does() {
        let values = json!({"kind": "a", "on": true, "off": false, "none": [], "empty": ""});
        let check = |when: Value, expected: bool| {
            assert_eq!(holds(Some(&when), &values), expected, "{when}");
        };
        assert!(holds(None, &values));
        for (when, expected) in [
            ("${{ parameters.kind == 'a' }}", true),
            ("${{ parameters.kind === 'b' }}", false),
            // The braces may be left out.
            ("parameters.kind == 'b'", false),
            ("parameters.on and not parameters.off", true),
            ("parameters.none", false),
            ("parameters.missing", false),
            ("parameters.empty", false),
            ("", true),
            ("  ", true),
            // What cannot be read hides nothing.
            ("${{ parameters. }}", true),
        ] {
            check(json!(when), expected);
        }
        check(json!(true), true);
        check(json!(false), false);
        check(json!(null), true);
        check(json!(1), true);
    }

    #[test]
    fn the_common_expressions_are_read_for_the_browser() {
        let agrees = |when: &str, values: Value| {
            let rule = Parser::new(when).and_then(Parser::whole).expect(when);
            assert_eq!(rule.holds(&values), holds(Some(&json!(when)), &values), "{when} {values}");
        };
        for when in [
            "parameters.kind == 'a'",
            "parameters['kind'] !== \"a\"",
            "parameters.on",
            "not parameters.on",
            "parameters.kind == 'a' and parameters.on or parameters.more.deep === 2",
            "(parameters.kind == 'a' or parameters.on) and not (parameters.more.deep == 2)",
            "parameters.on == true",
            "parameters.more.deep == '2'",
        ] {
            for values in [
                json!({"kind": "a", "on": true}),
                json!({"kind": "b", "on": false, "more": {"deep": 2}}),
                json!({"on": true, "more": {"deep": 3}}),
                json!({}),
            ] {
                agrees(when, values);
            }
        }
        for when in ["parameters.name | length", "parameters.a > 1", "user.ref", "f(parameters.a)"]
        {
            assert!(Parser::new(when).and_then(Parser::whole).is_none(), "{when}");
        }
    }
}
