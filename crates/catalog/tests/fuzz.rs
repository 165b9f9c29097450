//! The reader of descriptors against texts nobody would write: descriptors taken apart and put
//! together again at random, for as long as `CALLBOARD_FUZZ_SECONDS` says (one second when it says
//! nothing). A failure prints the number of its case; `CALLBOARD_FUZZ_CASE` repeats it.

use catalog::descriptor::{Document, Options, placeholders, read, read_bytes};
use model::validation::Strictness;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

/// Descriptors of every kind, and forms that are hard to read.
const SEEDS: [&str; 8] = [
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  namespace: \
     acme\n  labels: {a/b: c}\n  annotations:\n    backstage.io/techdocs-ref: dir:.\n  tags: [java, \
     go]\n  links:\n    - url: https://example.com\n      title: Home\nspec:\n  type: service\n  \
     lifecycle: production\n  owner: user:default/jane\n  dependsOn:\n    - resource:db\n",
    "---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: pay}\nspec:\n  type: \
     openapi\n  lifecycle: x\n  owner: y\n  definition: |\n    openapi: 3.0.0\n    info: {}\n---\n\
     apiVersion: backstage.io/v1beta1\nkind: Domain\nmetadata: {name: d}\nspec: {owner: o}\n",
    "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec: {type: team, \
     children: [a, b], parent: p, members: [\"jane\"], profile: {displayName: \"G\\u00e9\"}}\n",
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: jane\nspec:\n  memberOf: []\n",
    "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec:\n  type: url\n  \
     targets: [./a.yaml, ../b.yaml, https://example.com/c.yaml]\n  presence: optional\n",
    "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec:\n  \
     type: service\n  parameters:\n    - title: One\n      properties: {name: {type: string}}\n  \
     steps:\n    - id: a\n      action: debug:log\n      if: ${{ parameters.name }}\n",
    "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: &m {name: a}\nspec:\n  type: grpc\n  \
     lifecycle: x\n  owner: y\n  definition: {$text: ./x.proto}\n  other: [*m, *m]\n",
    "# comment\n{apiVersion: backstage.io/v1alpha1, kind: System, metadata: {name: 's'}, spec: \
     {owner: \"o\", domain: d}}\n...\n? key\n: !!str value\n",
];

/// What breaks readers.
const TOKENS: [&str; 40] = [
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "!!binary ",
    "!<x> ",
    "|\n",
    ">-\n",
    "|9\n",
    "? ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    "\t",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "\u{1f600}",
    "<<: *a\n",
    "~",
    ".nan",
    "-.inf",
    "0x1F",
    "1e999",
    "99999999999999999999",
    "%YAML 1.2\n",
    "$text: x",
    "kind: Component\n",
    "metadata: {name: __proto__}\n",
    "\\",
    "\u{7f}",
];

/// A small generator of numbers, so that a case can be repeated everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Less than `end`, or 0 when that is 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}

/// The text of a case.
fn case(number: u64) -> Vec<u8> {
    let mut numbers = Numbers(number);
    let mut text = numbers.one_of(&SEEDS).as_bytes().to_vec();
    for _ in 0..=numbers.below(12) {
        change(&mut text, &mut numbers);
        text.truncate(200_000);
    }
    text
}

fn change(text: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(text.len() + 1);
    let end = (at + numbers.below(40)).min(text.len());
    match numbers.below(10) {
        0 => drop(text.drain(at..end)),
        1 => {
            let part = text[at..end].to_vec();
            for _ in 0..=numbers.below(50) {
                text.splice(at..at, part.iter().copied());
            }
        }
        2 => drop(text.splice(at..at, numbers.one_of(&TOKENS).bytes())),
        3 => drop(text.splice(at..end, numbers.one_of(&TOKENS).bytes())),
        4 if at < text.len() => text[at] = numbers.next() as u8,
        5 => drop(text.splice(at..at, numbers.one_of(&SEEDS).bytes())),
        6 => {
            // Lines change places or their indentation.
            let mut lines: Vec<Vec<u8>> =
                text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let (one, two) = (numbers.below(lines.len()), numbers.below(lines.len()));
            lines.swap(one, two);
            let indentation = vec![b' '; numbers.below(6)];
            lines[one].splice(0..0, indentation);
            *text = lines.join(&b'\n');
        }
        7 => {
            let deep =
                numbers.one_of(&["[", "{a: ", "- ", "? ", "\n  "]).repeat(numbers.below(400));
            text.splice(at..at, deep.bytes());
        }
        // Rarely, as reading one takes as long as reading many others.
        8 if numbers.below(20) == 0 => {
            // A value that unfolds to many.
            let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..=numbers.below(12) {
                let before = format!("*a{}, ", level - 1).repeat(8);
                bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
            }
            text.splice(0..0, bomb.bytes());
        }
        _ => {
            let long = numbers.one_of(&["x", "é", " ", "a.", "a/"]).repeat(numbers.below(3000));
            text.splice(at..end, long.bytes());
        }
    }
}

/// What holds for every text.
fn check(text: &[u8]) {
    let fetch =
        |placeholder: &catalog::descriptor::placeholder::Placeholder| match placeholder.value.len()
            % 2
        {
            0 => Ok("{a: [1]}".to_owned()),
            _ => Err("not there".to_owned()),
        };
    let location = Some("url:https://github.com/o/r/blob/main/a/catalog-info.yaml");
    for strictness in [Strictness::Liberal, Strictness::Exact] {
        let options = Options { location, fetch: Some(&fetch), strictness, ..Options::default() };
        let documents = read_bytes(text, &options);
        check_documents(text, &documents);
        let again = read_bytes(text, &options);
        assert_eq!(format!("{documents:?}"), format!("{again:?}"), "it depends on chance");
        let every = read_bytes(text, &Options { all_errors: true, ..options });
        let valid =
            |documents: &[Document]| documents.iter().map(|it| it.valid).collect::<Vec<_>>();
        assert_eq!(valid(&documents), valid(&every), "looking for more errors changes the verdict");
    }
    if let Ok(text) = std::str::from_utf8(text) {
        let _ = placeholders(text, location);
        for document in read(text, &Options::default()) {
            let Some(entity) = document.entity else { continue };
            let json = serde_json::to_value(&entity).expect("an entity is JSON");
            let written = yaml::to_string(&json);
            let back = read(&written, &Options::default());
            assert_eq!(back.len(), 1, "{written}");
            assert_eq!(back[0].entity_ref, document.entity_ref, "{written}\n{:?}", back[0].errors);
        }
    }
}

fn check_documents(text: &[u8], documents: &[Document]) {
    let lines = text.len() + 2;
    for (index, document) in documents.iter().enumerate() {
        assert_eq!(document.index, index);
        assert_eq!(document.valid, document.errors.is_empty(), "{document:?}");
        assert_eq!(document.valid, document.entity.is_some(), "{document:?}");
        assert!((document.line as usize) <= lines, "{document:?}");
        for error in &document.errors {
            assert!(error.line >= 1 && error.column >= 1, "{error:?}");
            assert!((error.line as usize) <= lines, "{error:?}");
            assert!(!error.message.is_empty(), "{error:?}");
        }
        if let Some(entity) = &document.entity {
            assert_eq!(Some(entity.entity_ref().to_string()), document.entity_ref);
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_makes_the_reader_of_descriptors_fail() {
    if let Some(number) = number("CALLBOARD_FUZZ_CASE") {
        let text = case(number);
        println!("{}", String::from_utf8_lossy(&text));
        return check(&text);
    }
    let time = Duration::from_secs(number("CALLBOARD_FUZZ_SECONDS").unwrap_or(1));
    let first = RandomState::new().hash_one("descriptors");
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < time {
        let number = first.wrapping_add(count);
        let text = case(number);
        if catch_unwind(|| check(&text)).is_err() {
            panic!("repeat this with CALLBOARD_FUZZ_CASE={number}");
        }
        count += 1;
    }
    println!("{count} texts from case {first} on");
}
