// Writes verdicts.json: which files of the tree in cases.json each list of patterns names,
// according to globby (as Backstage's scaffolder calls it) and minimatch (as its catalog does).
//
//   npm install --no-save globby@11.1.0 minimatch@11 && node record.mjs
//
// The versions that were asked are written into the result.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const globby = require('globby');
const { minimatch } = require('minimatch');
const version = name => {
  let folder = path.dirname(require.resolve(name));
  while (!fs.existsSync(path.join(folder, 'package.json')) ||
         !JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).version) {
    folder = path.dirname(folder);
  }
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).version;
};

const here = import.meta.dirname;
const cases = JSON.parse(fs.readFileSync(path.join(here, 'cases.json')));
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'globs-'));
for (const file of cases.tree) {
  fs.mkdirSync(path.join(cwd, path.dirname(file)), { recursive: true });
  fs.writeFileSync(path.join(cwd, file), '');
}
const known = new Set(cases.tree);
const named = async (patterns, options) => {
  const found = await globby(patterns, { cwd, markDirectories: true, followSymbolicLinks: false, ...options });
  // `./a` and `a//b` are other ways to write the same file.
  const plain = found.filter(name => !name.endsWith('/')).map(name => path.posix.normalize(name));
  return [...new Set(plain)].filter(name => known.has(name)).sort();
};
const verdicts = {
  versions: Object.fromEntries(['globby', 'fast-glob', 'micromatch', 'picomatch', 'minimatch'].map(n => [n, version(n)])),
  globby: [],
  minimatch: [],
};
for (const patterns of cases.globby) {
  const verdict = { patterns };
  for (const dot of [true, false]) {
    try {
      verdict[dot ? 'dot' : 'plain'] = await named(patterns, { dot, onlyFiles: false });
    } catch (error) {
      verdict.error = error.message.replaceAll(cwd, '');
    }
  }
  // fs:delete asks for one pattern at a time, made absolute, files only.
  if (patterns.length === 1) {
    const absolute = path.resolve(cwd, patterns[0]);
    if (absolute.startsWith(cwd + '/')) {
      // It fails where a file is taken for a folder; there is nothing to delete then.
      const found = await globby(absolute, { cwd, absolute: true, dot: true }).catch(() => []);
      verdict.deleted = [...new Set(found.map(name => path.posix.relative(cwd, name)))].sort();
    }
  }
  verdicts.globby.push(verdict);
}
for (const pattern of cases.minimatch) {
  const which = options => cases.tree.filter(file => minimatch(file, pattern, options)).sort();
  verdicts.minimatch.push({ pattern, plain: which({}), loose: which({ dot: true, nocase: true }) });
}
const lines = list => '[\n' + list.map(item => '    ' + JSON.stringify(item)).join(',\n') + '\n  ]';
fs.writeFileSync(
  path.join(here, 'verdicts.json'),
  `{\n  "versions": ${JSON.stringify(verdicts.versions)},\n  "globby": ${lines(verdicts.globby)},\n  "minimatch": ${lines(verdicts.minimatch)}\n}\n`,
);
fs.rmSync(cwd, { recursive: true });
