// An entity over time: found, edited in the portal, seen in its history, and put back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

for (const device of ['desktop', 'phone']) {
  test(`list, filter, entity, edit and history on a ${device}`, async () => {
    const text = `Edited on a ${device}`;
    const { page } = await portal.open('/catalog', { device });
    await page.getByRole('searchbox', { name: /find by name/i }).fill('scaffolder');
    await page.waitForURL(/q=scaffolder/);
    await page.getByRole('link', { name: 'Scaffolder' }).first().click();
    await page.waitForURL(/\/catalog\/default\/component\/scaffolder/);

    await page.getByRole('link', { name: 'Edit', exact: true }).first().click();
    await page.waitForURL(/\/edit$/);
    await page.getByLabel('Description').fill(text);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByText('As a change to catalog-info.yaml').waitFor();
    await page.locator('pre').getByText(text).first().waitFor();

    await page.getByRole('link', { name: 'Back to the entity' }).click();
    await page.getByText(text).first().waitFor();
    await page.getByLabel('Views').getByRole('link', { name: 'History' }).click();
    await page.waitForURL(/tab=history/);
    const newest = page.getByRole('list', { name: 'Versions' }).getByRole('link').first();
    await newest.click();
    await page.waitForURL(/to=\d+/);
    await page.locator('.diff-value').getByText(text).first().waitFor();

    await page.goto('/catalog/default/component/scaffolder/edit');
    await hydrated(page);
    await page.getByText('Edited in the portal').waitFor();
    await page.getByRole('button', { name: 'Revert to catalog-info.yaml' }).click();
    await page.getByRole('button', { name: 'Revert', exact: true }).click();
    await page.getByText('As a change to catalog-info.yaml').waitFor({ state: 'detached' });
    assert.notEqual(await page.getByLabel('Description').inputValue(), text);
  });

  test(`an edit without script on a ${device}`, async () => {
    const { page } = await portal.open('/catalog/default/component/scaffolder/edit', {
      device,
      javaScript: false,
    });
    await page.getByLabel('Lifecycle').fill('deprecated');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Edited in the portal').waitFor();
    await page.locator('summary').filter({ hasText: 'Revert to catalog-info.yaml' }).click();
    await page.getByRole('button', { name: 'Revert', exact: true }).click();
    await page.getByText('Edited in the portal').waitFor({ state: 'detached' });
  });
}
