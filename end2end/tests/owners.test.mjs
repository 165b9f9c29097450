// Groups and people: who belongs together and what they own, and the tree of all groups.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const PLATFORM = '/catalog/default/group/platform';

for (const device of ['desktop', 'phone']) {
  test(`a group shows its people, what they own, and where it stands on a ${device}`, async () => {
    const { page } = await portal.open(PLATFORM, { device });
    const main = page.locator('main');
    await main.getByText('3 members, 2 of them direct').waitFor();
    await main.getByRole('link', { name: 'Sam Okoro' }).first().waitFor();
    await main.getByRole('link', { name: 'platform@callboard.example' }).waitFor();
    const tree = main.getByRole('list', { name: 'Groups' });
    assert.match(await tree.locator('[aria-current="true"]').innerText(), /Platform/);
    assert.equal(await tree.getByRole('link', { name: 'Experience' }).count(), 0, 'only what is above and below');

    const components = main.locator('.count-tile').filter({ hasText: 'Component' });
    const count = Number(await components.locator('.count-tile-number').innerText());
    await components.click();
    await page.waitForURL(/\/catalog\?kind=component&owner=group/);
    await page.getByText(`${count} entities`).first().waitFor();
  });

  test(`the tree of groups is walked by keyboard and searched on a ${device}`, async () => {
    const { page } = await portal.open('/catalog/organisation', { device });
    const tree = page.getByRole('list', { name: 'Groups' });
    const summary = tree.locator('summary').filter({ hasText: '1 subgroup' });
    const squad = tree.getByRole('link', { name: 'Storage' });
    assert.ok(await squad.isVisible());
    await summary.focus();
    await page.keyboard.press('Enter');
    await squad.waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await squad.waitFor();
    await assertAccessible(page);

    await page.getByRole('searchbox', { name: /find groups/i }).fill('databases');
    await page.waitForURL(/q=databases/);
    await page.getByText('1 of 5 groups').waitFor();
    await tree.getByRole('link', { name: 'Storage' }).waitFor();
    assert.equal(await tree.getByRole('link', { name: 'Insights' }).count(), 0);
    await tree.getByRole('link', { name: 'Storage' }).click();
    await page.waitForURL(/\/group\/storage$/);
  });
}

test('owners and the organisation need no script', async () => {
  const { page } = await portal.open('/catalog/default/user/mika.lind', { javaScript: false });
  assert.ok(await page.getByText('3 groups, 2 of them direct').isVisible());
  await page.goto('/catalog/organisation');
  await page.getByRole('searchbox').fill('insights');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=insights/);
  assert.ok(await page.getByRole('list', { name: 'Groups' }).getByRole('link', { name: 'Insights' }).isVisible());
});
