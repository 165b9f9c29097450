// Writes more.json: what nunjitsu, as Backstage's scaffolder uses it, gives for the templates below.
//
//   npm install --no-save nunjitsu@0.7.0 lodash@4 && node record.mjs
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const { createTemplateRenderer } = require('nunjitsu');
const lodash = require('lodash');

const context = {
  parameters: {
    list: [{ name: 'a', b: 1 }, { name: 'b' }],
    record: { a: { b: { c: 1 } }, 'a.b': 'dotted', 0: 'zero', '': 'empty', 'x y': 2, "q'q": 4, yes: true },
    text: 'text', loud: false, count: 12, labels: { team: 'blue' }, empty: '', none: null, decimal: 1.5,
  },
};
const e = inner => '${{ ' + inner + ' }}';
const pick = (what, ...args) => e(`parameters.${what} | pick(${args.join(', ')})`);
const templates = [
  // What one statement prints is decoded.
  '{% if parameters.loud %}true{% else %}false{% endif %}',
  '{% if not parameters.loud %}12{% endif %}', '{% if not parameters.loud %}null{% endif %}',
  '{% if not parameters.loud %}["a"]{% endif %}', '{% if not parameters.loud %}{"a": [1, {}]}{% endif %}',
  '{% if not parameters.loud %}1.0{% endif %}', '{% if not parameters.loud %}1e3{% endif %}',
  '{% if not parameters.loud %}12345678901234567890{% endif %}', '{% if not parameters.loud %}-0{% endif %}',
  '{% if not parameters.loud %}True{% endif %}', '{% if not parameters.loud %}yes{% endif %}',
  '{% if not parameters.loud %}"12"{% endif %}', "{% if not parameters.loud %}'12'{% endif %}",
  '{% if not parameters.loud %}${{ parameters.labels }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.list }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.count }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.none }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.empty }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.missing }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.text }}{% endif %}',
  '{% if not parameters.loud %}${{ "12" }}{% endif %}',
  '{% if not parameters.loud %}${{ parameters.text }} ${{ parameters.count }}{% endif %}',
  '{% if not parameters.loud %}[${{ parameters.text }}, ${{ parameters.count }}]{% endif %}',
  '{% if not parameters.loud %}{"name": ${{ parameters.text }}}{% endif %}',
  '{% if not parameters.loud %}{"name": "${{ parameters.text }}"}{% endif %}',
  '{% for n in [1, 2, 3] %}${{ n }}{% endfor %}', '{% for n in [] %}${{ n }}{% endfor %}',
  '{% for n in ["a", "b"] %}${{ n }}{% endfor %}', '{% for n in ["a"] %}${{ n }}{% endfor %}',
  '[{% for n in [1, 2] %}${{ n }}{% if not loop.last %},{% endif %}{% endfor %}]',
  '{% if true %}[{% for n in [1, 2] %}${{ n }}{% if not loop.last %},{% endif %}{% endfor %}]{% endif %}',
  '{% switch parameters.count %}{% case 12 %}true{% default %}false{% endswitch %}',
  '{% block one %}true{% endblock %}', '{% filter lower %}TRUE{% endfilter %}', '{% filter upper %}{% endfilter %}',
  '{% macro m() %}true{% endmacro %}', '{% set x = 5 %}', '{% set x = 5 %}${{ x }}', '{% set x %}true{% endset %}',
  '{% if true %}{% set x %}true{% endset %}${{ x }}{% endif %}',
  '{% if true %}{% macro m() %}true{% endmacro %}${{ m() }}{% endif %}',
  '{% if true %}{% filter upper %}true{% endfilter %}{% endif %}',
  '{% if true %}{% raw %}true{% endraw %}{% endif %}', '{% raw %}true{% endraw %}', '{% raw %}{% endraw %}',
  '', '{# note #}', ' ', '{# note #}true', '{% if false %}x{% endif %}', '{% if false %}x{% endif %}{% if false %}x{% endif %}',
  '{# note #}{% if true %}7{% endif %}{# note #}', ' {% if true %}7{% endif %}', '{% if true %}7{% endif %}\n',
  '{%- if true -%} 7 {%- endif -%}', '{% if true %} [1] {% endif %}', '{% if true %}\n  true\n{% endif %}',
  '${{ "" }}', '${{ parameters.empty }}', '${{ parameters.empty }}${{ parameters.empty }}', '${{ "true" }}',
  // Paths.
  pick('list', '"[0]"'), pick('list', '"[1].name"'), pick('record', `"['a'].b"`), pick('record', '["a", "b"]'),
  pick('record', '["a", "b", "c"]'), pick('record', '"a.b.c"'), pick('record', '"a.b"'), pick('record', '"a..b"'),
  pick('record', '".a"'), pick('record', '"a[b]"'), pick('record', `"a['b'][\\"c\\"]"`), pick('record', '"x y"'),
  pick('record', '"[x y]"'), pick('record', '0'), pick('list', '0'), pick('list', '"0.name"'), pick('list', '"length"'),
  pick('text', '"length"'), pick('text', '0'), pick('text', '"[1]"'), pick('record', '"zz"', '"other"'),
  pick('record', '"a.zz"', '"other"'), pick('record', '["a.b"]'), pick('record', '[]'), pick('record', '""'), pick('record'),
  pick('record', 'none'), pick('record', '"a."'), pick('record', '"[]"'), pick('record', '"a[]"'), pick('list', '"[-1]"'),
  pick('list', `"[0]['name']"`), pick('record', '["a", ["b"]]'), pick('missing', '"a"'), pick('missing', '"a"', '"d"'),
  pick('record', `"['a.b']"`), pick('list', '"[0"'), pick('list', '"0]"'), pick('list', '"00"'), pick('record', 'true'),
  pick('record', `"['q\\\\'q']"`), pick('none', '"a"'), pick('record', '"yes"', 'false'), pick('list', '[0, "name"]'),
  // Rare things.
  e('["10", 9, "8"] | sort'), e('["b", 1, "a", 10, 2] | sort'), e('[3, "10", 1] | sort'), e('[true, "a", 1, none] | sort'),
  e('[9, "8", 10] | sort(true)'), e('[3, 1, 2, 3, 0] | sort'), e('["b", "A", "a", "B"] | sort'), e('range(1, 2, 3, 4)'), e('range(5)'),
  e('range(1, 2, 3)'), '{% set j = joiner(1, 2) %}', e('r/a**/.test("a")'), e('r/a++/.test("a")'), e('r/a*?/.test("a")'),
  e('r/a??/.test("a")'), e('r/a{2}{3}/.test("a")'), e('r/a{1}?/.test("a")'), e('r/*a/.test("a")'), e('r/(*a)/.test("a")'),
  e('r/a|*/.test("a")'), e('r/a*??/.test("a")'), e('"abc" | replace(r/(?<l>b)/, "[$<m>]")'), e('"abc" | replace(r/(b)/, "[$<m>]")'),
  e('"abc" | replace(r/(?<l>x)?b/, "[$<l>]")'), e('"k8" | replace(r/\\k/, "x")'), e('"k8" | replace(r/\\8/, "x")'),
  e('['.repeat(200) + '1' + ']'.repeat(200) + ' | length'), e('r/a{,2}/.test("a{,2}")'), '{% raw %}x{% endraw\n%}', '{% raw %}x{% endraw   %}',
];
const renderer = createTemplateRenderer({ allowRegexExecution: true, filters: { pick: lodash.get } });
const prepared = renderer.prepareContext(context);
const cases = templates.map((template, index) => {
  const found = { id: 2001 + index, template };
  try {
    // Backstage hands the value on as JSON.
    const value = JSON.stringify(renderer.renderValue(template, prepared, { coercion: 'json' }));
    if (value === undefined) found.undefined = true;
    else found.value = JSON.parse(value);
  } catch (error) {
    found.error = error.message;
  }
  try {
    found.text = renderer.render(template, prepared);
  } catch (error) {
    found.text_error = error.message;
  }
  return found;
});
fs.writeFileSync(
  path.join(import.meta.dirname, 'more.json'),
  `{"engine": "nunjitsu ${JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('nunjitsu')), '../package.json'))).version}",\n` +
    `"battery": {"context": ${JSON.stringify(context)},\n"cases": [\n${cases.map(c => JSON.stringify(c)).join(',\n')}\n]}}\n`,
);
