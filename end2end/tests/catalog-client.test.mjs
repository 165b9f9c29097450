// Backstage's own client for the catalog, unmodified, against the running program: every public method.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';

const { CatalogClient } = createRequire(import.meta.url)('@backstage/catalog-client');

const TOKEN = 'a-token-for-the-tests-alone';
const options = { token: TOKEN };

/** What stands at the addresses that are registered; tests may change it. */
const files = {};

let folder;
let outside;
let server;
let client;

before(async () => {
  outside = createServer((request, response) => {
    const text = files[request.url];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' });
    response.end(text);
  });
  await new Promise((resolve) => outside.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(path.join(tmpdir(), 'callboard-client-'));
  await writeFile(path.join(folder, 'catalog.yaml'), descriptors());
  const config = path.join(folder, 'callboard.yaml');
  await writeFile(config, configuration());
  server = await startServer({ demo: false, args: ['--config', config] });
  client = new CatalogClient({
    discoveryApi: { getBaseUrl: async (plugin) => `${server.url}/api/${plugin}` },
    fetchApi: { fetch },
  });
  await eventually(() => client.getEntityByRef('component:default/shop-0', options));
});

after(async () => {
  await server?.stop();
  outside?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const names = (entities) => entities.map((entity) => entity?.metadata.name);

test('one entity by reference and by name, with its ancestors', async () => {
  const entity = await client.getEntityByRef('Component:default/SHOP-0', options);
  assert.equal(entity.metadata.name, 'shop-0');
  assert.deepEqual(entity.relations, [{ type: 'ownedBy', targetRef: 'group:default/team' }]);
  const name = { kind: 'component', namespace: 'default', name: 'shop-1' };
  assert.equal((await client.getEntityByName(name, options)).metadata.name, 'shop-1');
  assert.equal(await client.getEntityByRef('component:default/nobody', options), undefined);
  const { rootEntityRef, items } = await client.getEntityAncestors(
    { entityRef: 'component:default/shop-0' },
    options,
  );
  assert.equal(rootEntityRef, 'component:default/shop-0');
  assert.equal(items.length, 2);
  assert.match(items[0].parentEntityRefs[0], /^location:default\/generated-/);
});

test('lists with filters, order, fields and pages', async () => {
  const filter = { kind: 'component' };
  const order = { field: 'metadata.name', order: 'desc' };
  const { items } = await client.getEntities({ filter, order }, options);
  assert.deepEqual(names(items), ['shop-4', 'shop-3', 'shop-2', 'shop-1', 'shop-0']);
  const some = await client.getEntities(
    { filter: [{ 'metadata.name': ['shop-1', 'shop-2'] }, { kind: 'group' }], fields: ['metadata.name'] },
    options,
  );
  assert.deepEqual(names(some.items).sort(), ['shop-1', 'shop-2', 'team']);
  assert.deepEqual(Object.keys(some.items[0]), ['metadata']);
  const page = await client.getEntities({ filter, order: { ...order, order: 'asc' }, offset: 1, limit: 2 }, options);
  assert.deepEqual(names(page.items), ['shop-1', 'shop-2']);
});

test('queries with cursors, text, predicates and streams', async () => {
  const request = {
    filter: { kind: 'component' },
    orderFields: { field: 'metadata.name', order: 'asc' },
    limit: 2,
  };
  const first = await client.queryEntities(request, options);
  assert.deepEqual([names(first.items), first.totalItems], [['shop-0', 'shop-1'], 5]);
  const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 }, options);
  assert.deepEqual(names(second.items), ['shop-2', 'shop-3']);
  const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 }, options);
  assert.deepEqual(names(back.items), ['shop-0', 'shop-1']);
  const text = await client.queryEntities(
    { fullTextFilter: { term: 'OP-3', fields: ['metadata.name'] } },
    options,
  );
  assert.deepEqual(names(text.items), ['shop-3']);
  const predicate = await client.queryEntities(
    { query: { $all: [{ kind: 'component' }, { $not: { 'metadata.tags': { $exists: true } } }] } },
    options,
  );
  assert.deepEqual(names(predicate.items).sort(), ['shop-1', 'shop-3']);
  const pages = [];
  for await (const page of client.streamEntities({ ...request, pageSize: 2 }, options)) pages.push(names(page));
  assert.deepEqual(pages, [['shop-0', 'shop-1'], ['shop-2', 'shop-3'], ['shop-4']]);
});

test('entities by references', async () => {
  const { items } = await client.getEntitiesByRefs(
    {
      entityRefs: ['component:default/shop-2', 'component:default/nobody', 'group:default/team'],
      filter: { kind: 'component' },
      fields: ['metadata.name'],
    },
    options,
  );
  assert.deepEqual(names(items), ['shop-2', undefined, undefined]);
});

test('facets by filter and by predicate', async () => {
  const facets = ['spec.lifecycle', 'metadata.tags'];
  const expected = {
    'spec.lifecycle': [
      { value: 'experimental', count: 2 },
      { value: 'production', count: 3 },
    ],
    'metadata.tags': [{ value: 'even', count: 3 }],
  };
  const filtered = await client.getEntityFacets({ facets, filter: { kind: 'component' } }, options);
  assert.deepEqual(filtered.facets, expected);
  const queried = await client.getEntityFacets({ facets, query: { kind: 'component' } }, options);
  assert.deepEqual(queried.facets, expected);
});

test('locations are registered, found, moved and removed; their entities refreshed and removed', async () => {
  const target = address('/one.yaml');
  files['/one.yaml'] = component('one', 'experimental');
  files['/two.yaml'] = component('two', 'experimental');
  const dry = await client.addLocation({ target, dryRun: true }, options);
  assert.deepEqual([dry.exists, names(dry.entities).includes('one')], [false, true]);
  const { location } = await client.addLocation({ target }, options);
  await assert.rejects(client.addLocation({ target }, options), /409/);
  const again = await client.addLocation({ target, onConflict: 'refresh' }, options);
  assert.equal(again.location.id, location.id);

  assert.deepEqual(await client.getLocationById(location.id, options), location);
  assert.deepEqual(await client.getLocationByRef(`url:${target}`, options), location);
  assert.deepEqual(await client.getLocationByEntity('component:default/one', options), location);
  assert.equal(await client.getLocationByEntity('component:default/shop-0', options), undefined);
  assert.deepEqual((await client.getLocations({}, options)).items, [location]);
  const query = { type: 'url', target: { $hasPrefix: 'http://127.0.0.1' } };
  assert.deepEqual((await client.queryLocations({ query }, options)).items, [location]);
  const streamed = [];
  for await (const page of client.streamLocations({}, options)) streamed.push(...page);
  assert.deepEqual(streamed, [location]);

  files['/one.yaml'] = component('one', 'production');
  await client.refreshEntity('component:default/one', options);
  const changed = await eventually(async () => {
    const entity = await client.getEntityByRef('component:default/one', options);
    return entity.spec.lifecycle === 'production' && entity;
  });
  await client.removeEntityByUid(changed.metadata.uid, options);
  const returned = await eventually(() => client.getEntityByRef('component:default/one', options));
  assert.notEqual(returned.metadata.uid, changed.metadata.uid);

  const moved = await client.updateLocation(location.id, { type: 'url', target: address('/two.yaml') }, options);
  assert.deepEqual([moved.id, moved.target], [location.id, address('/two.yaml')]);
  assert.ok(await client.getEntityByRef('component:default/two', options));
  assert.equal(await client.getEntityByRef('component:default/one', options), undefined);
  await client.removeLocationById(location.id, options);
  assert.equal(await client.getLocationById(location.id, options), undefined);
  assert.equal(await client.getEntityByRef('component:default/two', options), undefined);
});

test('entities are checked and addresses analysed', async () => {
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'fine' },
    spec: { type: 'service', lifecycle: 'production', owner: 'team' },
  };
  const location = 'url:https://git.example/acme/shop';
  assert.deepEqual(await client.validateEntity(entity, location, options), { valid: true });
  const refused = await client.validateEntity({ ...entity, kind: 'Nope' }, location, options);
  assert.equal(refused.valid, false);
  assert.match(refused.errors[0].message, /No processor recognized/);
  const analysis = await client.analyzeLocation(
    { location: { type: 'url', target: 'https://github.com/acme/shop' } },
    options,
  );
  assert.equal(analysis.generateEntities[0].entity.metadata.annotations['github.com/project-slug'], 'acme/shop');
});

test('without a token nothing is told', async () => {
  await assert.rejects(client.getEntities({}), /401/);
});

const address = (file) => `http://127.0.0.1:${outside.address().port}${file}`;

async function eventually(ask) {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it does not come:\n${server.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function component(name, lifecycle, tags = '') {
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ${name}${tags} }
spec: { type: service, lifecycle: ${lifecycle}, owner: team }
`;
}

function descriptors() {
  const shops = [0, 1, 2, 3, 4].map((i) =>
    i % 2 ? component(`shop-${i}`, 'experimental') : component(`shop-${i}`, 'production', ', tags: [even]'),
  );
  const team = `apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team }
spec: { type: team, children: [] }
`;
  return [...shops, team].join('---\n');
}

function configuration() {
  return `backend:
  reading:
    allow:
      - host: 127.0.0.1:${outside.address().port}
  auth:
    externalAccess:
      - type: static
        options: { token: ${TOKEN}, subject: client }
catalog:
  shippedTemplates: false
  rules:
    - allow: [Component, Group, Location]
  locations:
    - type: file
      target: ./catalog.yaml
`;
}
