//! `docs/configuration.md`, made from the description of the settings.

use super::schema::{Key, Section, Shape, sentence};
use super::tree::{Tree, Value};
use std::fmt::Write;

const INTRODUCTION: &str = "\
<!-- Generated from server/src/config. To change it, change the descriptions there and run
     UPDATE_GOLDEN=1 cargo test -p server config -->

# Configuration

`callboard serve --config callboard.yaml` reads one YAML file and lays it over the
[defaults](../server/src/config/defaults.yaml): objects are joined key by key, everything else is
replaced. Without a file the defaults hold. `callboard check --config callboard.yaml` says what is
wrong, with file, line and column, and tries every connection.

- The keys are those of Backstage's `app-config.yaml` where it has them, so such a file can be used
  as it is: parts that have no effect here are named in a warning. Any other unknown key is an error.
- `${NAME}` in a text is replaced by the environment variable, which has to be set;
  `${NAME:-default}` has a default for when it is not set or empty; `$${` is a plain `${`.
  An optional text that ends up empty counts as left out.
- `$env: NAME`, `$file: path` and `$include: path#key` as a value bring a variable, the text of a
  file and a part of another file.
- Secrets are never shown in messages, logs or on pages. Keep them in the environment or in files.
- Relative paths start from the folder of the file they stand in.
- A duration is a text such as `30s`, `5 minutes`, `1h 30m` or `PT5M`, or an object such as
  `{minutes: 5}`.
- In the tables `[]` stands for each item of a list and `<name>` for a key of your own.
";

/// The page.
pub fn markdown(root: &'static Section, defaults: &Tree) -> String {
    let mut page = INTRODUCTION.to_owned();
    for key in root.keys {
        let _ = write!(page, "\n## {}\n\n{}\n\n", key.name, sentence(key.doc));
        page.push_str("| Key | Type | Default | Meaning | Example |\n");
        page.push_str("| --- | --- | --- | --- | --- |\n");
        let default = defaults.get(key.name);
        rows(&mut page, key.name, &(key.shape)(), default);
    }
    page.push_str("\n## Accepted and not used\n\n");
    page.push_str(
        "Keys of Backstage that have no effect here; each is named in a warning when it is \
         there.\n\n",
    );
    unused(&mut page, "", &Shape::Object(root));
    page
}

/// The rows of everything below a key.
fn rows(page: &mut String, path: &str, shape: &Shape, defaults: Option<&Tree>) {
    match shape {
        Shape::Object(section) => {
            for key in section.keys {
                row(page, &format!("{path}.{}", key.name), key, defaults);
            }
        }
        Shape::List(item) => rows(page, &format!("{path}[]"), item, None),
        Shape::Map(key, value) => rows(page, &format!("{path}.<{key}>"), value, None),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| rows(page, path, shape, defaults)),
        Shape::Scalar(_) | Shape::Choice(_) | Shape::Any => {}
    }
}

fn row(page: &mut String, path: &str, key: &Key, defaults: Option<&Tree>) {
    let shape = (key.shape)();
    let default = defaults.and_then(|defaults| defaults.get(key.name));
    // The defaults of an object stand with its keys.
    let default_text = match (default.filter(|tree| tree.entries().is_none()), key.default) {
        (Some(tree), _) => format!("`{}`", inline(tree)),
        (None, Some(text)) => format!("`{text}`"),
        (None, None) if key.required => "required".to_owned(),
        (None, None) => String::new(),
    };
    let mut meaning = sentence(key.doc);
    if let Shape::Choice(choices) = &shape {
        for choice in *choices {
            let _ = write!(meaning, "<br>`{}`: {}", choice.word, sentence(choice.doc));
        }
    }
    let example = key.example.map(|example| format!("`{example}`")).unwrap_or_default();
    let cells = [format!("`{path}`"), type_name(&shape), default_text, meaning, example];
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    let _ = writeln!(page, "| {} |", cells.join(" | "));
    rows(page, path, &shape, default);
}

/// The type as a word or two.
fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Scalar(what) => {
            let what = what.split(" such as ").next().unwrap_or(what);
            what.trim_start_matches("an ").trim_start_matches("a ").to_owned()
        }
        Shape::Choice(choices) => {
            let words: Vec<String> = choices.iter().map(|it| format!("`{}`", it.word)).collect();
            words.join(", ")
        }
        Shape::Object(_) | Shape::Map(..) => "object".to_owned(),
        Shape::List(item) => format!("list of: {}", type_name(item)),
        Shape::Either(shapes) => shapes.iter().map(type_name).collect::<Vec<_>>().join(" or "),
        Shape::Any => "any".to_owned(),
    }
}

/// A default as it would be written on one line.
fn inline(tree: &Tree) -> String {
    match &tree.value {
        Value::Null | Value::Broken(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) | Value::Literal(text) => text.clone(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|it| format!("{}: {}", it.key, inline(&it.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A line for each object with keys that have no effect.
fn unused(page: &mut String, path: &str, shape: &Shape) {
    match shape {
        Shape::Object(section) => {
            if !section.unused.is_empty() {
                let names = section.unused.iter().map(|unused| match unused.note {
                    "" => format!("`{}`", unused.name),
                    note => format!("`{}` ({})", unused.name, note.trim_end_matches('.')),
                });
                let at =
                    if path.is_empty() { "At the top".to_owned() } else { format!("`{path}`") };
                let _ = writeln!(page, "- {at}: {}", names.collect::<Vec<_>>().join(", "));
            }
            for key in section.keys {
                let dot = if path.is_empty() { "" } else { "." };
                unused(page, &format!("{path}{dot}{}", key.name), &(key.shape)());
            }
        }
        Shape::List(item) => unused(page, &format!("{path}[]"), item),
        Shape::Map(key, value) => unused(page, &format!("{path}.<{key}>"), value),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| unused(page, path, shape)),
        Shape::Scalar(_) | Shape::Choice(_) | Shape::Any => {}
    }
}
