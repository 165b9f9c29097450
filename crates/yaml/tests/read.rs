//! What a text is read as, where its values stand, and what is refused.

use serde_json::json;
use yaml::{MAX_TEXT_BYTES, Mark, Value, parse_all, parse_one};

fn mark(line: u32, column: u32) -> Mark {
    Mark { line, column }
}

fn check(text: &str, expected: serde_json::Value) {
    match parse_one(text) {
        Ok(node) => assert_eq!(node.to_json(), expected, "{text}"),
        Err(error) => panic!("{text}\n{error}"),
    }
}

fn check_error(text: &str, place: Mark, words: &str) {
    match parse_one(text) {
        Ok(node) => panic!("{text}\nwas read as {}", node.to_json()),
        Err(error) => {
            assert_eq!(error.mark, place, "{text}\n{error}");
            assert!(error.message.contains(words), "{text}\n{error}");
        }
    }
}

#[test]
fn reads_what_descriptors_are_made_of() {
    check(
        "# a comment\na: 1 # one\nb:\n  - x\n  - y: |\n      first\n      second\n    z: >-\n      \
         folded\n      line\nc: {d: [1, 'two', \"th\\tree\"], e: }\nf: 'it''s'\ng: a multi\n  line\n",
        json!({
            "a": 1,
            "b": ["x", {"y": "first\nsecond\n", "z": "folded line"}],
            "c": {"d": [1, "two", "th\tree"], "e": null},
            "f": "it's",
            "g": "a multi line",
        }),
    );
    check("", json!(null));
    check("# only a comment\n", json!(null));
    check("\u{FEFF}a: 1\r\nb: 2\r\n", json!({"a": 1, "b": 2}));
    check("'1'", json!("1"));
    check(
        "version: 1.0\nport: 0x10\nwhen: 2024-01-02\n",
        json!({"version": 1, "port": 16, "when": "2024-01-02"}),
    );
}

#[test]
fn merge_keys_are_plain_and_tags_of_programs_are_texts() {
    check("a: &x {k: 1}\nb:\n  <<: *x\n", json!({"a": {"k": 1}, "b": {"<<": {"k": 1}}}));
    check(
        "a: !foo 12\nb: !!int '3'\nc: !!str 4\nd: !!float 1\n",
        json!({"a": "12", "b": 3, "c": "4", "d": "1"}),
    );
}

#[test]
fn keys_are_texts_whatever_they_look_like() {
    check(
        "1: a\n0x10: b\ntrue: c\n~: d\n1.50: e\n[x, y]: f\n{p: q, r: }: g\n",
        json!({"1": "a", "16": "b", "true": "c", "": "d", "1.5": "e", "[ x, y ]": "f", "{ p: q, r }": "g"}),
    );
    check("a: {{ x }}\n", json!({"a": {"{ x }": null}}));
}

#[test]
fn places_of_values_can_be_asked_for() {
    let text = "kind: API\nspec:\n  owner: me\n  list:\n    - a\n    - b/c: 1\n  none:\n";
    let node = parse_one(text).expect("a good document");
    assert_eq!(node.mark, mark(1, 1));
    assert_eq!(node.mark_of("/kind"), mark(1, 7));
    assert_eq!(node.mark_of("/spec"), mark(3, 3));
    assert_eq!(node.mark_of("/spec/owner"), mark(3, 10));
    assert_eq!(node.mark_of("/spec/list/1"), mark(6, 7));
    assert_eq!(node.mark_of("/spec/list/1/b~1c"), mark(6, 12));
    assert_eq!(node.mark_of("/spec/none"), mark(7, 3), "a value left out stands at its key");
    assert_eq!(node.mark_of("/spec/missing/deeper"), mark(3, 3), "the nearest ancestor");
    assert_eq!(node.mark_of("/spec/list/7"), mark(5, 5));
    assert_eq!(node.at("/spec/list/0").and_then(|found| found.as_str()), Some("a"));
    assert!(node.at("/spec/missing").is_none());
    assert!(node.at("/kind/x").is_none());
    assert_eq!(node.at("").map(|found| found.type_name()), Some("object"));
    let Value::Mapping(entries) = &node.value else { panic!("no mapping") };
    assert_eq!(entries[1].key, "spec");
    assert_eq!(entries[1].key_mark, mark(2, 1));
}

#[test]
fn columns_count_characters() {
    let node = parse_one("ключ: {é: ü}\n").expect("a good document");
    assert_eq!(node.mark_of("/ключ"), mark(1, 7));
    assert_eq!(node.mark_of("/ключ/é"), mark(1, 11));
}

#[test]
fn several_documents_are_told_apart() {
    let documents = parse_all("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n--- c\n");
    let found: Vec<_> = documents
        .into_iter()
        .map(|document| document.map(|node| (node.mark.line, node.to_json())))
        .collect();
    assert_eq!(found, [Ok((2, json!({"a": 1}))), Ok((6, json!({"b": 2}))), Ok((8, json!("c")))]);
    check_error("a: 1\n---\nb: 2\n", mark(3, 1), "second document");
    check("---\n---\na: 1\n---\n", json!({"a": 1}));
}

#[test]
fn tabs_are_white_space_but_no_indentation() {
    check(
        "a:\tb\n\"c\":\t\td\ne:\t1\t# f\ng: |\n  x:\ty\n",
        json!({"a": "b", "c": "d", "e": 1, "g": "x:\ty\n"}),
    );
    check("a: [b,\n\tc: d,\n\t{e: f}]\n", json!({"a": ["b", {"c": "d"}, {"e": "f"}]}));
    check("a: |\n\n  \tx: y\n  \t- z\n", json!({"a": "\n\tx: y\n\t- z\n"}));
    check_error("\ta: 1\n", mark(1, 1), "indent with spaces");
    check_error("a:\n\tb: 1\n", mark(2, 2), "indent with spaces");
    check_error("a:\n  \t- b\n", mark(2, 3), "indent with spaces");
    check_error("a:\r\n  \t- b\r\n", mark(2, 3), "indent with spaces");
    check_error("a:\t- b\n", mark(1, 4), "");
    check_error("a: 1\n---\n \tb: 1\n", mark(3, 2), "indent with spaces");
}

#[test]
fn text_outside_the_mapping_makes_the_document_broken() {
    check_error("  a: 1\nb: 2\n", mark(2, 1), "check the indentation");
    let documents = parse_all("  a: 1\nb: 2\n---\nc: 3\n");
    assert_eq!(documents.len(), 2, "{documents:?}");
    assert!(documents[0].is_err());
    assert_eq!(documents[1].as_ref().map(|node| node.to_json()), Ok(json!({"c": 3})));
}

#[test]
fn a_broken_document_does_not_take_the_others_with_it() {
    for broken in ["x: [1", "x: \"open", "x: 1\nx: 2", "x: @y", "x: *nowhere", "- x\ny: 1", "%FOO"]
    {
        let text = format!("a: 1\n---\n{broken}\n---\nb: 2\n---\nc: 3\n");
        let documents = parse_all(&text);
        assert_eq!(documents.len(), 4, "{text}\n{documents:?}");
        assert_eq!(documents[0].as_ref().map(|node| node.to_json()), Ok(json!({"a": 1})));
        let error = documents[1].as_ref().expect_err("the broken one");
        assert!(error.mark.line >= 3, "{error}");
        let line_of_b = 4 + broken.lines().count() as u32;
        let b = documents[2].as_ref().expect("a good document");
        assert_eq!((b.mark.line, b.to_json()), (line_of_b, json!({"b": 2})));
        assert_eq!(documents[3].as_ref().map(|node| node.to_json()), Ok(json!({"c": 3})));
    }
}

#[test]
fn mistakes_are_named_with_their_place() {
    check_error(
        "a: 1\nb:\n  c: 1\n  c: 2\n",
        mark(4, 3),
        "\"c\" stands twice in this mapping, first on line 3",
    );
    check_error("\"1\": x\n1: y\n", mark(2, 1), "stands twice");
    check_error("a: b: c\n", mark(1, 5), "in quotes");
    check_error("a:\n\tb: 1\n", mark(2, 2), "indent with spaces");
    check_error("a: @x\n", mark(1, 4), "in quotes");
    check_error("a: \"x\n", mark(1, 4), "close the quotes");
    check_error("a: *x\n", mark(1, 4), "anchor");
    check_error("a: &x [*x]\n", mark(1, 8), "not around the alias");
    let error = parse_one("a: [1,\nb: 2\n").expect_err("an open list");
    assert!(error.to_string().starts_with("line "), "{error}");
}

#[test]
fn duplicates_are_found_among_many_keys() {
    let mut text: String = (0..1000).map(|index| format!("key{index}: x\n")).collect();
    check(
        &text,
        serde_json::Value::Object((0..1000).map(|i| (format!("key{i}"), json!("x"))).collect()),
    );
    text.push_str("key3: y\n");
    check_error(&text, mark(1001, 1), "\"key3\" stands twice in this mapping, first on line 4");
    let late = format!(
        "{}key17: a\nkey17: b\n",
        (0..17).map(|i| format!("key{i}: x\n")).collect::<String>()
    );
    check_error(&late, mark(19, 1), "\"key17\" stands twice");
}

#[test]
fn aliases_repeat_values_of_their_own_document_only() {
    check(
        "a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n",
        json!({"a": [1, 2], "b": [1, 2], "c": 3, "d": 3}),
    );
    check("&k key: &v value\n*v : *k\n", json!({"key": "value", "value": "key"}));
    let documents = parse_all("a: &x 1\n---\nb: *x\n");
    assert!(documents[0].is_ok());
    assert!(documents[1].as_ref().is_err_and(|error| error.mark == mark(3, 4)));
}

#[test]
fn bombs_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    let error = parse_one(&bomb).expect_err("a bomb of lists");
    assert!(error.message.contains("unfold") || error.message.contains("values"), "{error}");

    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(300_000), vec!["*a"; 90].join(", "));
    let error = parse_one(&long).expect_err("a bomb of text");
    assert!(error.message.contains("unfold"), "{error}");

    let nested = format!("{}x{}", "&a [".repeat(150), "]".repeat(150));
    assert!(parse_one(&nested).is_ok());
    let mut deep = "a0: &a0 [x]\n".to_owned();
    for level in 1..300 {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let error = parse_one(&deep).expect_err("a chain of aliases");
    assert!(error.message.contains("used too often"), "{error}");
    let lists =
        |depth: usize, inside: &str| format!("{}{inside}{}", "[".repeat(depth), "]".repeat(depth));
    let deep = format!("a: &a {}\nb: {}\n", lists(150, "x"), lists(100, "*a"));
    let error = parse_one(&deep).expect_err("depth by aliases");
    assert!(error.message.contains("deep"), "{error}");
}

#[test]
fn depth_size_and_number_are_limited() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        let fits = format!("{}x{}", open.repeat(150), close.repeat(150));
        assert!(parse_one(&fits).is_ok(), "{open} {:?}", parse_one(&fits).err());
        for depth in [250, 20_000] {
            let text = format!("{}x{}", open.repeat(depth), close.repeat(depth));
            let error = parse_one(&text).expect_err("too deep");
            assert!(error.message.contains("deep") || error.message.contains("flatten"), "{error}");
        }
    }
    let error = parse_one(&"x".repeat(MAX_TEXT_BYTES + 1)).expect_err("too long");
    assert!(error.message.contains("at most"), "{error}");
    assert_eq!(parse_all(&" ".repeat(MAX_TEXT_BYTES + 1)).len(), 1);
    let error = parse_one(&"- 1\n".repeat(1_000_000)).expect_err("too many");
    assert!(error.message.contains("values"), "{error}");
}

#[test]
fn long_collections_in_brackets_are_refused_and_long_texts_are_not() {
    let long = "x, ".repeat(400_000);
    for text in [
        format!("[{long}]"),
        format!("a: b\nc: é\nd: &a !t\n  # here\n  {{{long}}}"),
        format!("- a\n- 'b'\n- - [{long}"),
        format!("? [{long}]"),
        format!("--- # [\n[[], [don 't [ ' ], {long}]]"),
    ] {
        let error = parse_one(&text).expect_err("too long");
        assert!(error.message.contains("KiB"), "{error}");
    }
    let documents = parse_all(&format!("a: [{long}]\n---\nb: 1\n"));
    assert!(documents[0].is_err() && documents[1].is_ok(), "{documents:?}");
    for text in [
        format!("a: |\n  [{long}\nb: 1\n"),
        format!("a: \"[{long}\"\nb: [1]\n"),
        format!("a: x [{long}\nb: '{{'\n"),
        format!("# [{long}\na: [{}]\nb: [c]\n", "x, ".repeat(10_000)),
    ] {
        assert!(parse_one(&text).is_ok(), "{:?}", parse_one(&text).err());
    }
}

#[test]
fn many_broken_documents_take_no_longer_than_good_ones() {
    let documents = parse_all(
        &"---\n- [\n# \t of some length, so that the text needs a guard\n".repeat(20_000),
    );
    assert_eq!(documents.len(), 20_000);
    assert!(documents.iter().all(Result::is_err));
}

/// Cuts, doubles and swaps pieces of a text in a fixed sequence of ways; whatever comes out, the
/// reader answers and the places it names exist.
#[test]
fn no_input_makes_the_reader_panic() {
    let seed = "%YAML 1.2\n---\n&a a: !!str 'x'\n? [b, {c: d}]\n: |+\n  text\n\n- *a\n\"e\\u00e9\": >2\n    f\n...\n\
                # g\n--- !t\n{h: i, j: [~, .inf, 0x1F]}\n";
    let pieces: Vec<char> = seed.chars().chain("\t\r\0\u{FEFF}\u{2028}€😀`@%".chars()).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..4_000 {
        let mut text: Vec<char> = seed.chars().collect();
        for _ in 0..=random(6) {
            let at = random(text.len());
            match random(4) {
                0 => text.truncate(at.max(1)),
                1 => text[at] = pieces[random(pieces.len())],
                2 => text.insert(at, pieces[random(pieces.len())]),
                _ => {
                    let end = (at + random(12)).min(text.len());
                    let copy = text[at..end].to_vec();
                    let to = random(text.len());
                    text.splice(to..to, copy);
                }
            }
        }
        let text: String = text.into_iter().collect();
        let lines = text.split(['\n', '\r']).count() as u32 + 1;
        for document in parse_all(&text) {
            let place = match &document {
                Ok(node) => node.mark,
                Err(error) => error.mark,
            };
            assert!(
                place.line >= 1 && place.line <= lines && place.column >= 1,
                "{text:?} {place}"
            );
        }
        let _ = parse_one(&text);
    }
}

#[test]
fn places_behind_pairs_of_escapes_are_those_of_the_text() {
    let node = parse_one("{\"a\": \"\\ud83d\\ude80\", \"b\": 1,\n \"c\": 2}\n").expect("JSON");
    assert_eq!(node.to_json(), json!({"a": "🚀", "b": 1, "c": 2}));
    assert_eq!(node.mark_of("/b"), mark(1, 28));
    assert_eq!(node.mark_of("/c"), mark(2, 7));
    check_error("a: \"x\n  \\ud83d y\"\n", mark(1, 4), "half of a character");
    check_error("{\"a\": \"\\ude80\"}", mark(1, 7), "half of a character");
}

#[test]
fn a_tab_is_found_where_it_stands() {
    check_error("spec:\n  a: production\n\towner: x\n", mark(3, 1), "indent with spaces");
    check_error("spec:\n  a: production\n  \towner: x\n", mark(3, 3), "indent with spaces");
    check_error("a:\n  - x\n\t- y: z\n", mark(3, 1), "indent with spaces");
    // Without a tab the advice is another one.
    check_error("a: b: c\n", mark(1, 5), "quotes");
}

#[test]
fn characters_no_text_should_hold_are_named() {
    check_error("a: 1\nb: x\0y\n", mark(2, 5), "NUL");
    check_error("a: \"x\0\"\n", mark(1, 6), "NUL");
    check_error("a: 1\rb: 2\r", mark(1, 5), "carriage return");
    check_error("---\na: 1\n---\nb: 1\rc: 2\n", mark(4, 5), "carriage return");
}

#[test]
fn an_anchor_may_be_used_as_often_as_in_backstage() {
    let uses = |count: usize| format!("a: &a x\nb: [{}]\n", vec!["*a"; count].join(", "));
    assert!(parse_one(&uses(99)).is_ok());
    check_error(&uses(100), mark(2, 401), "used too often");
}

#[test]
fn the_last_day_of_all_is_a_date() {
    check("%YAML 1.1\n---\na: 9999-12-31\n", json!({"a": "9999-12-31T00:00:00.000Z"}));
    check(
        "%YAML 1.1\n---\na: 2001-12-14 21:59:43.10 -5\n",
        json!({"a": "2001-12-15T02:59:43.100Z"}),
    );
    check("%YAML 1.1\n---\na: 2023-02-30\n", json!({"a": "2023-03-02T00:00:00.000Z"}));
}
