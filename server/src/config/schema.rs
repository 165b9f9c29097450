//! What settings there are: one description from which they are read, checked and documented.

/// What a value looks like.
pub enum Shape {
    /// A single value: what it is, as in "expected …".
    Scalar(&'static str),
    /// One of some words.
    Choice(&'static [Choice]),
    /// An object with known keys.
    Object(&'static Section),
    /// A list of equal things.
    List(Box<Shape>),
    /// An object whose keys the person chooses; what the key is called in the documentation.
    Map(&'static str, Box<Shape>),
    /// One of several forms.
    Either(Vec<Shape>),
    /// Anything.
    Any,
}

/// A word that can be chosen.
pub struct Choice {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static [&'static str],
}

/// The keys of an object.
pub struct Section {
    /// What the object is about.
    pub doc: &'static [&'static str],
    /// Its keys.
    pub keys: &'static [Key],
    /// Keys of Backstage that are accepted and have no effect.
    pub unused: &'static [Unused],
}

/// A key of an object.
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static [&'static str],
    /// What its value looks like.
    pub shape: fn() -> Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// What it is when left out, in YAML. Keys that exist once have theirs in `defaults.yaml`.
    pub default: Option<&'static str>,
    /// A value it could have.
    pub example: Option<&'static str>,
}

/// A key of Backstage that has no effect here.
pub struct Unused {
    /// Its name; `*` at the end stands for any ending.
    pub name: &'static str,
    /// What the person should know about that; empty when there is nothing to say.
    pub note: &'static str,
}

impl Section {
    /// The unused key this name stands for.
    pub fn unused(&self, name: &str) -> Option<&'static Unused> {
        self.unused.iter().find(|unused| match unused.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == unused.name,
        })
    }

    /// Every path below this section that ends in this key, in documentation form.
    pub fn paths_to(&'static self, name: &str) -> Vec<String> {
        let mut paths = Vec::new();
        self.walk("", &mut |path, key| {
            if key.name.eq_ignore_ascii_case(name) {
                paths.push(path.to_owned());
            }
        });
        paths
    }

    /// Visits every key below this section with its path: `catalog.locations[].type`.
    pub fn walk(&'static self, path: &str, visit: &mut dyn FnMut(&str, &'static Key)) {
        for key in self.keys {
            let path = match path {
                "" => key.name.to_owned(),
                _ => format!("{path}.{}", key.name),
            };
            visit(&path, key);
            (key.shape)().walk(&path, visit);
        }
    }
}

impl Shape {
    /// What is expected, as in "expected …, found …".
    pub fn expected(&self) -> String {
        match self {
            Shape::Scalar(what) => (*what).to_owned(),
            Shape::Choice(choices) => {
                either(choices.iter().map(|choice| format!("`{}`", choice.word)).collect())
            }
            Shape::Object(_) | Shape::Map(..) => "an object".to_owned(),
            Shape::List(_) => "a list".to_owned(),
            Shape::Either(shapes) => either(shapes.iter().map(Shape::expected).collect()),
            Shape::Any => "any value".to_owned(),
        }
    }

    fn walk(&self, path: &str, visit: &mut dyn FnMut(&str, &'static Key)) {
        match self {
            Shape::Object(section) => section.walk(path, visit),
            Shape::List(item) => item.walk(&format!("{path}[]"), visit),
            Shape::Map(key, value) => value.walk(&format!("{path}.<{key}>"), visit),
            Shape::Either(shapes) => {
                for shape in shapes {
                    shape.walk(path, visit);
                }
            }
            Shape::Scalar(_) | Shape::Choice(_) | Shape::Any => {}
        }
    }
}

/// Doc lines as one line of text.
pub fn sentence(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `a`, `a or b`, `a, b or c`.
pub fn either(mut parts: Vec<String>) -> String {
    match parts.pop() {
        None => String::new(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} or {last}", parts.join(", ")),
    }
}
