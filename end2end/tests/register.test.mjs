// Registering: what an address or a text would give is shown first, then it is registered.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const descriptor = (name) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
spec:
  type: service
  lifecycle: production
  owner: shop
`;

/** Stands in for a host with descriptors. */
const host = createServer((request, response) => {
  const name = /^\/([\w-]+)\.yaml$/.exec(request.url)?.[1];
  response.writeHead(name ? 200 : 404).end(name ? descriptor(name) : '');
});
await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
const { port } = host.address();
const folder = await mkdtemp(path.join(tmpdir(), 'callboard-register-'));
const config = path.join(folder, 'callboard.yaml');
await writeFile(config, `backend:\n  reading:\n    allow:\n      - host: 127.0.0.1:${port}\n`);
after(async () => {
  host.close();
  await rm(folder, { recursive: true, force: true });
});

const portal = usePortal({ args: ['--config', config] });
const BAD = `${descriptor('good')}---\nkind: Component\nmetadata:\n  name: "not good"\n`;

for (const device of ['desktop', 'phone']) {
  for (const javaScript of [true, false]) {
    const how = `${javaScript ? 'with' : 'without'} script on a ${device}`;

    test(`a text is checked ${how}`, async () => {
      const { page } = await portal.open('/catalog', { device, javaScript });
      await page.getByRole('link', { name: 'Register' }).first().click();
      await page.waitForURL(/\/catalog\/register$/);
      await page.getByLabel('Descriptor', { exact: true }).fill(BAD);
      await page.getByRole('button', { name: 'Validate' }).click();
      const summary = page.locator('#form-errors');
      await summary.getByText('Fix 3 errors to continue').waitFor();
      assert.match(await summary.innerText(), /text:10:1/);
      await page.waitForFunction(() => document.activeElement?.id === 'form-errors');
      await page.getByText('1 entity found').waitFor();
      await page.getByText('component:default/good').first().waitFor();
      assert.equal(await page.getByLabel('Descriptor', { exact: true }).inputValue(), BAD);
      if (javaScript) await assertAccessible(page);
    });

    test(`an address that cannot be read stays in its field with what is wrong ${how}`, async () => {
      const address = `http://127.0.0.1:${port}/`;
      const { page } = await portal.open('/catalog/register', { device, javaScript });
      await page.getByLabel('Descriptor or repository').fill(address);
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.waitForURL(/address=/);
      const field = page.getByLabel('Descriptor or repository');
      await page.locator('#field-address-error').filter({ hasText: /\w/ }).waitFor();
      await page.locator('#form-errors').getByText('Fix 1 error to continue').waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'form-errors');
      assert.equal(await page.getByText('Nothing to register').count(), 0, 'it is said once, at the field');
      assert.equal(await field.inputValue(), address);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    });

    test(`an address is looked at and registered ${how}`, async () => {
      const name = `from-${device}-${javaScript ? 'with' : 'without'}`;
      const { page } = await portal.open('/catalog/register', { device, javaScript });
      await page.getByLabel('Descriptor or repository').fill(`http://127.0.0.1:${port}/${name}.yaml`);
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.waitForURL(/address=/);
      await page.getByText(`component:default/${name}`).first().waitFor();
      const before = await portal.fetch(`/catalog/default/component/${name}`);
      assert.equal(before.status, 404, 'nothing is written yet');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByText('The catalog reads this place already.').waitFor();
      await page.goto(`/catalog?q=${name}`);
      await page.getByRole('link', { name }).first().waitFor();
    });
  }
}

test('a file is checked like a text', async () => {
  const { page } = await portal.open('/catalog/register');
  await page.getByLabel('Or a file').setInputFiles({
    name: 'catalog-info.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(descriptor('from-a-file')),
  });
  await page.getByRole('button', { name: 'Validate' }).click();
  await page.getByText('Valid', { exact: true }).waitFor();
  await page.getByText('component:default/from-a-file').first().waitFor();
});
