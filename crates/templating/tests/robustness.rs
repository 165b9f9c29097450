//! Hostile templates: whatever is fed in, the answer is a result and comes in bounded time.

use serde_json::{Value, json};
use templating::{Engine, Options, Scope};

fn context() -> Value {
    json!({
        "name": "petstore", "count": 3, "empty": "", "nothing": null, "wide": "a😀é",
        "list": ["b", "a", 1, null], "record": {"a": 1, "b": {"c": [true]}},
        "people": [{"n": "ann", "age": 30}, {"n": "bob", "age": 25}],
    })
}

/// Renders in every way there is and checks only that it comes back.
fn survive(engine: &Engine, template: &str, context: &Value) {
    let Ok(template) = engine.compile(template) else { return };
    let scope = Scope::new(context).with_constant("always", json!(true));
    let _ = template.render_text(&scope);
    let _ = template.render_value(&scope);
    let _ = template.uses_call(&["always"]);
}

/// A small generator of pseudo-random numbers: the same templates in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap_or(0)
    }
}

const SEEDS: &[&str] = &[
    "${{ name | upper | replace('P', 'b') }} ${{ list[0] }} ${{ record.b.c[0] }}",
    "{% for p in people %}${{ p.n }}:${{ loop.index }}{% else %}none{% endfor %}",
    "{% for k, v in record %}${{ k }}=${{ v | dump(2) }}{% endfor %}",
    "{%- if count > 2 and not nothing -%} a {%- elif x is defined %}b{% else %}c{% endif -%}",
    "{% set a, b = [1, 2] %}${{ a.push(3) }}${{ b[1:2] | join(', ') }}${{ a.splice(0, 1) }}",
    "{% macro m(a, b=2) %}[${{ a }}${{ caller() if caller }}]{% endmacro %}${{ m(1, b=3) }}",
    "{% macro m(a) %}${{ caller(a) }}{% endmacro %}{% call(x) m(1) %}${{ x }}{% endcall %}",
    "{% switch count %}{% case 1 %}a{% case 3 %}b{% default %}c{% endswitch %}",
    "{% filter title %}hello ${{ wide }}{% endfilter %}{% raw %}${{ x }}{% endraw %}{# c #}",
    "${{ 'a1b22' | replace(r/[0-9]+/g, '<$&>') }}${{ 'a-b'.split(r/-/) }}${{ r/a/.test('a') }}",
    "${{ {a: [1, {b: none}], 'c d': 2.5} | dump }}${{ 1 // 2 ** 3 % 4 - -5 ~ 'x' in 'yx' }}",
    "${{ range(1, 9, 2) | batch(2, 'x') }}${{ people | sort(attribute='age') | first }}",
    "${{ wide[1] }}${{ wide.charCodeAt(1) }}${{ wide | reverse | urlize | truncate(2, true) }}",
    "${{ 1234.5678.toFixed(2) }}${{ (0.1).toString(3) }}${{ '0x1f' | int(0, 16) }}",
    "{% set c = cycler('a', 'b') %}${{ c.next() }}${{ c.current }}${{ joiner(',')() }}",
];

const PIECES: &[&str] = &[
    "${{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{",
    "-",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ".",
    ",",
    ":",
    "'",
    "\"",
    "\\",
    "r/",
    "/g",
    "~",
    "**",
    "//",
    "==",
    "=",
    "not",
    "in",
    "is",
    "if",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "macro",
    "call",
    "raw",
    "1",
    "0.5",
    "99999999999999999999",
    "none",
    "loop",
    "caller",
    "😀",
    "é",
    "\u{0}",
    "\u{2028}",
    "\n",
    "  ",
    "__proto__",
    "range(9)",
    ".length",
    ".push(list)",
    "| sort",
    "| slice(3)",
    "| indent(9)",
    "| center(99)",
    "[::-1]",
];

#[test]
fn mutated_templates_do_no_harm() {
    let engines = [false, true].map(|cookiecutter| {
        let options =
            Options { cookiecutter, trim_blocks: true, lstrip_blocks: true, ..Options::default() };
        Engine::new(options)
    });
    let context = context();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..6000 {
        let mut template: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(template.len() + 1);
            let end = (at + random.below(8)).min(template.len());
            match random.below(4) {
                0 => drop(template.drain(at..end)),
                1 => template.truncate(at),
                2 => {
                    let other: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
                    let from = random.below(other.len());
                    let to = (from + 20).min(other.len());
                    template.splice(at..at, other[from..to].iter().copied());
                }
                _ => drop(template.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
            }
        }
        let template: String = template.into_iter().collect();
        survive(&engines[round % 2], &template, &context);
    }
}

#[test]
fn every_beginning_of_a_template_is_answered() {
    let engine = Engine::new(Options::default());
    let context = context();
    for seed in SEEDS {
        for (at, _) in seed.char_indices() {
            survive(&engine, &seed[..at], &context);
            survive(&engine, &seed[at..], &context);
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    let repeat = |open: &str, inner: &str, close: &str, count: usize| {
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    // On half the stack that a thread usually has, without optimisation.
    let run = move || {
        let engine = Engine::new(Options::default());
        let context = json!({});
        for count in [40, 100, 200, 250, 256, 300, 512, 600, 5000, 100_000] {
            let expressions = [
                repeat("(", "1", ")", count),
                repeat("[", "1", "]", count),
                repeat("{a: ", "1", "} ", count),
                repeat("a[", "1", "]", count),
                repeat("range(", "1", ")", count),
                repeat("1 if 0 else (", "1", ")", count),
                repeat("not ", "1", "", count),
                repeat("-+", "1", "", count),
                repeat("1 ** ", "1", "", count),
                repeat("1 // ", "1", "", count),
                repeat("1 in ", "[1]", "", count),
                repeat("1 == ", "1", "", count),
                repeat("", "'a'", " | upper", count),
                repeat("", "a", ".b", count),
                repeat("", "a", "()", count),
                repeat("", "a", "[0]", count),
                repeat("(('a' | upper(", "1", ")))", count),
                repeat("[-(not ", "1", ")]", count),
            ];
            for expression in expressions {
                survive(&engine, &format!("${{{{ {expression} }}}}"), &context);
            }
            for template in [
                repeat("{% if 1 %}", "x", "{% endif %}", count),
                repeat("{% for x in [1] %}", "x", "{% endfor %}", count),
                repeat("{% set a %}", "x", "{% endset %}", count),
                repeat("{% filter upper %}", "x", "{% endfilter %}", count),
                repeat("{% if 0 %}", "", "{% elif 1 %}", count) + "{% endif %}",
                repeat("{% switch 1 %}{% case 1 %}", "x", "{% endswitch %}", count),
                repeat("{% macro m() %}", "x", "{% endmacro %}", count),
                repeat("{% call m() %}", "x", "{% endcall %}", count),
                format!(
                    "{}${{{{ {} }}}}",
                    "{% if 1 %}".repeat(count / 2),
                    repeat("(", "1", ")", count / 2)
                ),
            ] {
                survive(&engine, &template, &context);
            }
        }
        for body in [
            "${{ m(n + 1) }}",
            "{% if 1 %}{% for x in [1] %}${{ [(m(n + 1) | upper)] }}{% endfor %}{% endif %}",
            "{% call m(n + 1) %}${{ caller }}{% endcall %}",
            "{% set x %}{% filter upper %}${{ m(n) if true else m(n) }}{% endfilter %}{% endset %}",
        ] {
            let template = format!("{{% macro m(n) %}}{body}{{% endmacro %}}${{{{ m(1) }}}}");
            let error = engine.render_text(&template, &context).expect_err("endless recursion");
            assert!(error.message.contains("levels deep"), "{error}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(run);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn lists_inside_lists_are_bounded() {
    let engine = Engine::new(Options::default());
    let context = json!({});
    let nested =
        |ending: &str| format!("{{% set a = [1] %}}{}{ending}", "{% set a = [a] %}".repeat(9000));
    for ending in ["${{ a }}", "${{ a | dump }}", "${{ a.flat(99999) }}", "${{ a == '1' }}"] {
        let error = engine.render_text(&nested(ending), &context).expect_err("too deep");
        assert!(error.message.contains("256 levels"), "{error}");
    }
    let shared = format!("{{% set a = [1] %}}{}${{{{ a }}}}", "{% set a = [a, a] %}".repeat(100));
    let error = engine.render_text(&shared, &context).expect_err("too many items");
    assert!(error.message.contains("work units"), "{error}");
    let cyclic = "{% set a = [1] %}{% set b = {l: [a]} %}${{ a.push(b) }}";
    let error = engine.render_text(cyclic, &context).expect_err("a cycle");
    assert!(error.message.contains("Cyclic"), "{error}");
}

#[test]
fn work_and_memory_are_bounded() {
    let engine = Engine::new(Options::default());
    let context = json!({"text": "x".repeat(1 << 20)});
    let doubling = |times: usize, ending: &str| {
        format!("{{% set s = text %}}{}{ending}", "{% set s = s ~ s %}".repeat(times))
    };
    let hostile = [
        "{% for a in range(2000) %}{% for b in range(2000) %}x{% endfor %}{% endfor %}".to_owned(),
        "{% set l = [1] %}{% for a in l %}${{ l.push(1) }}{% endfor %}".to_owned(),
        "${{ range(100000000) | length }}".to_owned(),
        "${{ range(0, 1, 0.0000000000000001) | length }}".to_owned(),
        "${{ [1] | slice(100000000) | length }}".to_owned(),
        "${{ 'a' | center(1000000000) }}".to_owned(),
        "${{ 'a' | indent(1000000000, true) }}".to_owned(),
        "${{ {length: 1000000000} | reverse }}".to_owned(),
        "{% for x in {length: 1000000000} %}{% endfor %}".to_owned(),
        "${{ text | list | length }}".to_owned(),
        doubling(5, "${{ s }}"),
        doubling(12, "${{ s | length }}"),
        doubling(30, ""),
        "${{ text | replace('', text) }}".to_owned(),
        "${{ text | replace('x', text) }}".to_owned(),
        "${{ text | replace(r/x/g, text) }}".to_owned(),
        "${{ text.replace(r/x/g, \"$'\") }}".to_owned(),
        "{% for i in range(90000) %}{% set s = text | upper %}{% endfor %}".to_owned(),
        "{% for i in range(90000) %}${{ text }}{% endfor %}".to_owned(),
        "{% for i in range(5000) %}${{ 'github.com' | pick('a') }}{% endfor %}".to_owned(),
        "${{ text | replace(r/(x+)+y/g, '') }}${{ text | replace(r/x.*y|z/g, '') }}\
         {% for i in range(1000) %}${{ text | replace(r/(x+x+)+y/, '') }}{% endfor %}"
            .to_owned(),
    ];
    for template in hostile {
        let result = engine.render_text(&template, &context);
        let shown: String = template.chars().take(80).collect();
        assert!(result.is_err(), "{shown}");
    }
}

#[test]
fn long_sources_are_bounded() {
    let engine = Engine::new(Options::default());
    let context = json!({});
    let limit = 4 * 1024 * 1024;
    assert_eq!(
        engine.render_text(&"é".repeat(limit), &context).map(|text| text.len()),
        Ok(limit * 2)
    );
    assert!(engine.compile(&"a".repeat(limit + 1)).is_err());
    assert!(engine.compile(&"${{1}}".repeat(600_000)).is_err());
    // Searching for an end that is not there must not be repeated for every beginning.
    for piece in ["<a", "<!--", "{{", "$", "'", "&", "<a href='"] {
        let context = json!({"text": piece.repeat(200_000)});
        let rendered =
            engine.render_text("${{ text | striptags }}${{ text | urlize | e }}", &context);
        // Every character is written out twice, as an entity of up to six.
        assert!(rendered.map_or(0, |text| text.len()) <= 12 * 200_000 * piece.len(), "{piece}");
    }
}
