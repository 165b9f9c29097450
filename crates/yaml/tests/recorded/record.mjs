// Fills documents.json: what the npm package `yaml`, as Backstage's catalog uses it, reads in each
// text of it, one value or error for each document that is not empty.
//
//   npm install --no-save yaml@2.9.1 && node record.mjs
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const yaml = require('yaml');
const { version } = JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('yaml')), '../package.json')));
const file = process.argv[2] ?? path.join(import.meta.dirname, 'documents.json');
const { cases } = JSON.parse(fs.readFileSync(file));
const isText = value => {
  if (typeof value === 'string') return value.isWellFormed();
  return value === null || typeof value !== 'object' || Object.entries(value).flat().every(isText);
};
const read = text => {
  let documents;
  try {
    documents = yaml.parseAllDocuments(text, { logLevel: 'silent' });
  } catch (error) {
    return [{ error: error.message }];
  }
  return documents.flatMap(document => {
    try {
      if (document.errors?.length) return [{ error: document.errors[0].message.split('\n')[0] }];
      const json = JSON.stringify(document.toJSON() ?? null);
      // Half of a surrogate pair is no text.
      if (!isText(JSON.parse(json))) return [{ error: 'half of a surrogate pair' }];
      const value = JSON.parse(json);
      return value === null ? [] : [{ value }];
    } catch (error) {
      return [{ error: error.message }];
    }
  });
};
const lines = cases.map(({ text }) => JSON.stringify({ text, documents: read(text) }));
fs.writeFileSync(file, `{"yaml": "${version}", "cases": [\n${lines.join(',\n')}\n]}\n`);
