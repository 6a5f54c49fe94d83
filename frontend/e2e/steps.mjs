// SPDX-License-Identifier: Apache-2.0
// What a person does on the page, in one line each.

/** Follows a link of the main navigation, without loading the page anew. */
export async function goTo(page, place) {
  await page
    .getByRole('navigation', { name: 'Main', exact: true })
    .getByRole('link', { name: place })
    .click();
}

/** Opens a market, vault or pool from its list. */
export async function openRow(page, place, name) {
  await goTo(page, place);
  await page.getByRole('table').first().getByRole('link', { name, exact: true }).click();
}

/** Fills a form in a tab and sees it through to its success. */
export async function act(page, { tab, field, amount, button, success, risk }) {
  if (tab) await page.getByRole('tab', { name: tab, exact: true }).click();
  if (field) await page.getByLabel(field, { exact: true }).fill(amount);
  if (risk) await page.getByRole('checkbox', { name: risk }).check();
  await page.getByRole('button', { name: button }).click();
  await page.getByText(success).first().waitFor({ timeout: 30_000 });
}

/** Supplies tETH with the demo account, and borrows tUSD against it. Sums as they are typed. */
export async function openLoan(page, supplied, borrowed) {
  await page.getByTestId('demo').click();
  await page.getByText('Test ether and test tokens have arrived.').waitFor({ timeout: 60_000 });
  await openRow(page, 'Markets', 'tETH');
  await act(page, {
    field: 'Amount to supply',
    amount: supplied,
    button: new RegExp(`^Supply ${supplied}`),
    success: new RegExp(`You supplied ${supplied}`),
  });
  await openRow(page, 'Markets', 'tUSD Core');
  const whole = borrowed.replace(/\.00$/, '');
  await act(page, {
    tab: 'Borrow',
    field: 'Amount to borrow',
    amount: borrowed,
    button: new RegExp(`^Pledge and borrow ${whole}`),
    success: new RegExp(`You borrowed ${whole}`),
  });
}

/** The number in an element, once it satisfies a condition. */
export async function numberWhen(page, testId, isWanted, timeout = 20_000) {
  const deadline = Date.now() + timeout;
  let seen;
  while (Date.now() < deadline) {
    seen = await page
      .getByTestId(testId)
      .first()
      .textContent()
      .catch(() => null);
    const value = seen === null ? Number.NaN : Number(seen.replace(/[^\d.]/g, ''));
    if (seen && isWanted(value)) return value;
    await page.waitForTimeout(200);
  }
  throw new Error(`${testId} stayed at "${seen}"`);
}

/** The address of the demo account that the page made. */
export function demoAddress(page) {
  return page.evaluate(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith('headwater.demo.0x'))
      .map((key) => JSON.parse(localStorage.getItem(key)).address)
      .at(0),
  );
}
