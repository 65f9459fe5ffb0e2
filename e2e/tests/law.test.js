// The law as people meet it: library, catalogs, scale, grades, and a rule change by two persons.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { closePage, openPage, overhang, sideways, startBrowser, violations } from '../lib/browser.js';
import { addAccount, startCity } from '../lib/city.js';

const SCALE = 'local/grade-2026/scale.md';
const LIBRARY = [
  '/law', '/law/local/grade-2026', '/law/sd/xinyongban-2019-8', '/law/cn/ndrc-36-2025', '/law/cn/ndrc-36-2025/impact',
  '/catalogs', '/catalogs/sets', '/catalogs/sets/penalty', '/catalogs/acts', '/catalogs/matters', '/catalogs/lists',
  '/catalogs/lists/wage-arrears', '/catalogs/measures', '/catalogs/commitments', '/catalogs/rates',
  '/catalogs/retention', '/catalogs/formulas', '/scale', '/scale/try',
];
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const SHOTS = process.env.SHOTS;

let browser;
let city;
before(async () => {
  [browser, city] = await Promise.all([startBrowser(), startCity()]);
  addAccount(city, 'deputy', 'office');
}, { timeout: 6 * 60 * 1000 });
after(async () => {
  await browser?.close();
  await city?.stop();
});

/** A test with a page of its own, which is closed whatever happens. */
function visit(name, options, body) {
  test(name, { timeout: 180_000 }, async () => {
    const page = await openPage(browser, city.address, options);
    try {
      await body(page);
    } catch (error) {
      await page.context().close();
      throw error;
    }
    await closePage(page);
  });
}

const go = (page, path) => page.goto(city.address + path);
const main = (page) => page.locator('main').innerText();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Keeps a picture where somebody wants to look at the pages. */
async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `pages-${name}.png`), fullPage: true });
}

async function sound(page, name) {
  assert.deepEqual(await violations(page), [], name);
  await shot(page, name);
}

async function logIn(page, name) {
  await go(page, '/login');
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(city.logins[name]);
  await page.locator('input[name=password]').press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

async function logOut(page) {
  await press(page, '退出登录');
  await page.waitForURL((url) => url.pathname === '/');
}

describe('the published law', () => {
  visit('has no barrier (WCAG 2.1 A and AA)', {}, async (page) => {
    for (const path of LIBRARY) {
      const answer = await go(page, path);
      assert.equal(answer.status(), 200, path);
      await sound(page, path.replaceAll('/', '-').slice(1));
    }
  });

  visit('is read on a phone without scrolling sideways', PHONE, async (page) => {
    for (const path of LIBRARY) {
      await go(page, path);
      assert.deepEqual([await overhang(page), await sideways(page)], [0, []], path);
    }
    await shot(page, 'phone-trial');
    await go(page, '/catalogs/lists/wage-arrears');
    await shot(page, 'phone-list');
  });

  visit('leads from a list over its measure to the article (R82)', {}, async (page) => {
    await go(page, '/catalogs/lists');
    await page.locator('main a[href^="/catalogs/lists/"]').first().click();
    await page.waitForURL(/\/catalogs\/lists\/.+/);
    await page.locator('main a[href^="/catalogs/measures/"]').first().click();
    await page.waitForURL(/\/catalogs\/measures\/.+/);
    await sound(page, 'measure');
    await page.locator('main a[href^="/law/"]').first().click();
    await page.waitForURL(/\/law\/.+#/);
    const anchor = decodeURIComponent(new URL(page.url()).hash.slice(1));
    assert.equal(await page.locator(`[id="${anchor}"]`).count(), 1, anchor);
  });

  visit('gives the data sets away as CSV and JSON (R25)', {}, async (page) => {
    await go(page, '/catalogs/sets');
    for (const [name, first] of [['下载 CSV', '\ufeff数据集代号'], ['下载 JSON', '{']]) {
      const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
      const file = join(city.folder, 'sets');
      await got.saveAs(file);
      assert.ok(readFileSync(file, 'utf8').startsWith(first), name);
    }
  });

  visit('calculates a grade for invented facts, with the keyboard and without scripts (R58)', { javaScriptEnabled: false }, async (page) => {
    await go(page, '/scale');
    await page.getByRole('link', { name: '按规则试算' }).click();
    await page.waitForURL(/\/scale\/try/);
    await page.locator('#kind0').selectOption({ label: '行政处罚' });
    await page.locator('#class0').selectOption({ label: '严重' });
    await page.locator('#day0').fill(daysAgo(40));
    await page.locator('#day0').press('Enter');
    await page.waitForURL(/#result/);
    const said = await main(page);
    assert.match(said, /试算结果/);
    assert.match(said, /D 差/);
    assert.match(said, /起自动升为/);
    await shot(page, 'trial-result');
  });

  visit('says what is wrong in the calculator', {}, async (page) => {
    await go(page, '/scale/try');
    await page.locator('#kind0').selectOption({ label: '行政处罚' });
    await press(page, '计算');
    await page.locator('[data-error-summary]').waitFor();
    assert.match(await main(page), /请选择处罚的失信程度/);
    await sound(page, 'trial-wrong');
  });
});

describe('a rule change by two persons (R2)', () => {
  let proposal;

  visit('is drafted, checked, rehearsed and proposed by the first', {}, async (page) => {
    await logIn(page, 'office');
    await page.locator('.side a[href="/desk/law"]').click();
    await sound(page, 'law-home');
    await page.getByLabel('新草稿名称').fill('提高中等的分数线');
    await press(page, '起草');
    await page.waitForURL(/\/desk\/law\/drafts\/\d+$/);
    const draft = new URL(page.url()).pathname;
    await page.getByLabel('选择规则包的文件').selectOption(SCALE);
    await press(page, '打开修改');
    await sound(page, 'law-file');
    const before = await page.getByLabel('文本').inputValue();
    const line = 'name = "中", least = 60';
    assert.ok(before.includes(line), 'the scale has the line this test changes');

    // First only the line, so that a worked example no longer comes out.
    await page.getByLabel('文本').fill(before.replace(line, 'name = "中", least = 65'));
    await press(page, '保存并检查');
    await page.waitForURL(/\/check$/);
    assert.match(await main(page), /不能装入/);
    await sound(page, 'law-check-bad');
    await page.locator('main td a').first().click();
    await page.waitForURL(/line=\d+/);
    const focused = await page.evaluate(() => document.activeElement?.id);
    assert.equal(focused, 'text', 'the editor stands on the line of the finding');

    const examples = before.replace(line, 'name = "中", least = 65').replaceAll('score = 64, grade = "C"', 'score = 64, grade = "D"');
    await page.getByLabel('文本').fill(examples);
    await press(page, '保存并检查');
    await page.waitForURL(/\/check$/);
    assert.match(await main(page), /各项性质成立/);
    await sound(page, 'law-check-good');

    await go(page, draft);
    assert.match(await main(page), /等级线 · C · 下限/);
    await sound(page, 'law-draft');
    await press(page, '用全部单位试算');
    await page.waitForURL(/\/desk\/law\/rehearsals\//);
    await page.getByRole('heading', { name: '试算结果' }).waitFor({ timeout: 60_000 });
    assert.match(await main(page), /等级分数线|没有任何单位/);
    await sound(page, 'law-rehearsal');
    const [got] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载全部变动' }).click(),
    ]);
    const file = join(city.folder, 'rows.csv');
    await got.saveAs(file);
    assert.ok(readFileSync(file, 'utf8').startsWith('\ufeff变动,'));

    await go(page, draft);
    await page.getByLabel('变更理由和依据').fill('等级线经集体研究调整');
    await press(page, '提出变更');
    await page.waitForURL(/\/desk\/law\/proposals\/\d+$/);
    proposal = new URL(page.url()).pathname;
    const said = await main(page);
    assert.match(said, /您不能签署/);
    assert.equal(await page.getByRole('button', { name: '签署采用' }).count(), 0);
    await sound(page, 'law-proposal-own');
    await logOut(page);
  });

  visit('is signed by the second, and decides from then on', {}, async (page) => {
    await logIn(page, 'deputy');
    await go(page, '/desk/law');
    await page.locator(`main a[href="${proposal}"]`).first().click();
    await page.waitForURL((url) => url.pathname === proposal);
    await sound(page, 'law-proposal');
    await press(page, '签署采用');
    await page.locator('[data-error-summary]').waitFor();
    await page.getByLabel('已核对').check();
    await press(page, '签署采用');
    await page.getByText('已采用，自').waitFor();
    await sound(page, 'law-adopted');
    await page.getByRole('link', { name: '在法规库中查看' }).click();
    await page.waitForURL(/\/law\/local\/grade-2026$/);
    assert.match(await main(page), /65 至 74 分/);
    assert.match(await main(page), /等级线经集体研究调整/);
    await go(page, '/desk/law/replays');
    await sound(page, 'law-replays');
  });

  visit('is read at the desk on a phone without scrolling sideways', PHONE, async (page) => {
    await logIn(page, 'office');
    for (const path of ['/desk/law', proposal, '/desk/law/replays', '/desk/law/offered', '/desk/grades']) {
      await go(page, path);
      assert.deepEqual([await overhang(page), await sideways(page)], [0, []], path);
    }
  });
});

describe('the rules of a department (R117)', () => {
  visit('are checked against the pack, and what names an unknown list is flagged', {}, async (page) => {
    await logIn(page, 'market');
    await page.locator('.side a[href="/desk/rules"]').click();
    await sound(page, 'rules');
    await page.getByLabel('新草稿名称').fill('实施细则');
    await press(page, '起草');
    await page.getByLabel('选择规则包的文件').selectOption('sd/xinyongban-2019-8/measure.md');
    await press(page, '打开修改');
    const text = await page.getByLabel('文本').inputValue();
    await page.getByLabel('文本').fill(text.replaceAll('dishonest-debtor', 'no-such-list'));
    await press(page, '保存并检查');
    await page.waitForURL(/\/check$/);
    const said = await main(page);
    assert.match(said, /无所指/);
    assert.match(said, /no-such-list/);
    await sound(page, 'rules-check');
  });
});

describe('grades', () => {
  visit('are explained to a department, point by point (R58)', {}, async (page) => {
    await go(page, '/penalties');
    const code = (await page.locator('main a[href^="/entity/9"]').first().getAttribute('href')).split('/').at(-1);
    await logIn(page, 'market');
    await go(page, '/desk/grades');
    await sound(page, 'grades');
    await page.getByLabel('单位代码或者名称').fill(code);
    await press(page, '查看评价');
    await page.waitForURL((url) => url.pathname === `/desk/grades/${code}`);
    const said = await main(page);
    assert.match(said, /每一分的来历/);
    assert.match(said, /怎样提升/);
    await sound(page, 'grade');
  });

  visit('are shown to nobody without a log-in', {}, async (page) => {
    await go(page, '/desk/grades');
    assert.match(page.url(), /\/login/);
  });
});

/** A day so many days before today, in China. */
function daysAgo(days) {
  return new Date(Date.now() + 8 * 3600 * 1000 - days * 86_400_000).toISOString().slice(0, 10);
}
