// What people do with a city: the public, a clerk at the counter, a department. One demo city for all.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { closePage, openPage, overhang, sideways, startBrowser, violations } from '../lib/browser.js';
import { binary, run, serveAgain, startCity } from '../lib/city.js';
import { brokenCode, code, csv } from '../lib/table.js';

const PUBLIC = ['/', '/search?q=拟', '/penalties', '/licences', '/lists', '/commitments', '/laggards', '/withdrawn', '/leave', '/draws', '/draws/verify', '/inspections', '/law', '/verify', '/login', '/api'];
const DESK = ['/desk', '/desk/duties', '/desk/duties?state=late', '/desk/figures', '/desk/burden', '/desk/intake', '/desk/records', '/desk/submissions', '/desk/doubts', '/desk/procedures', '/desk/procedures/new/listing', '/desk/procedures/new/listing?of=market-serious', '/desk/procedures/new/referral', '/desk/serving', '/desk/inbox', '/desk/contacts', '/desk/exchange'];
const MINE = ['/my', '/my/procedures', '/my/inbox', '/my/contacts', '/my/procedures/new/repair', '/my/procedures/new/objection', '/my/procedures/new/commitment'];
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let browser;
let city;
before(async () => {
  [browser, city] = await Promise.all([startBrowser(), startCity()]);
}, { timeout: 6 * 60 * 1000 });
after(async () => {
  await browser?.close();
  await city?.stop();
});

/** A test with a page of its own, which is closed whatever happens. */
function visit(name, options, body) {
  test(name, { timeout: 120_000 }, async () => {
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
const link = (page, start) => page.locator(`main a[href^="${start}"]`).first();

/** An entity about which a penalty is shown: its code and name. */
async function punished(page) {
  await go(page, '/penalties');
  const found = link(page, '/entity/');
  const href = await found.getAttribute('href');
  return { code: href.split('/').at(-1), name: (await found.innerText()).trim() };
}

/** The code of an enterprise for which the interface answers "clear". */
async function clean() {
  const ask = async (path) => (await fetch(city.address + path)).json();
  for (const { code } of await ask('/api/v1/entities?q=公司')) {
    if (code.startsWith('91') && (await ask(`/api/v1/entities/${code}`)).outcome === 'clear') return code;
  }
  return assert.fail('every enterprise found has a record');
}

/** Pages of one entity, one record and one statute, which no fixed address leads to. */
async function particular(page) {
  await go(page, '/penalties');
  const record = await link(page, '/record/').getAttribute('href');
  const entity = await link(page, '/entity/').getAttribute('href');
  await go(page, '/law');
  return [entity, record, await link(page, '/law/').getAttribute('href')];
}

async function logIn(page, name, address = city.address) {
  await page.goto(`${address}/login`);
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(city.logins[name]);
  await page.locator('input[name=password]').press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** Looks an entity up at the counter; the answer is on the page afterwards. */
async function lookUp(page, text, caseNo, address = city.address) {
  await page.goto(`${address}/counter`);
  await page.locator('[name=q]').fill(text);
  const matter = page.locator('select[name=matter]');
  const values = await matter.locator('option').evaluateAll((all) => all.map((one) => one.value));
  await matter.selectOption(values.find((value) => value !== ''));
  await page.locator('[name=case_no]').fill(caseNo);
  await page.locator('[name=case_no]').press('Enter');
  await page.waitForURL(/\/counter\/\d+$/);
  return page.locator('main').innerText();
}

describe('the public', () => {
  visit('searches, reads an entity, a record and the article behind it', {}, async (page) => {
    const { code, name } = await punished(page);
    await go(page, '/');
    await page.locator('[role=search] input[name=q]').fill(name);
    await page.locator('[role=search] input[name=q]').press('Enter');
    await page.waitForURL(/\/search\?/);
    await link(page, `/entity/${code}`).click();
    await page.waitForURL(new RegExp(`/entity/${code}$`));
    assert.ok((await page.locator('h1').innerText()).includes(name));
    await link(page, '/record/').click();
    await page.waitForURL(/\/record\/\d+$/);
    await link(page, '/law/').click();
    await page.waitForURL(/\/law\/[^/]+\/[^/]+/);
    assert.notEqual((await page.locator('h1').innerText()).trim(), '');
  });

  visit('gets from the home page to an entity with the keyboard alone', {}, async (page) => {
    const { code, name } = await punished(page);
    await go(page, '/');
    await tabTo(page, '[role=search] input[name=q]');
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?/);
    await tabTo(page, `a[href="/entity/${code}"]`);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/entity/${code}$`));
  });

  visit('is told that an unknown code is not a clean record', {}, async (page) => {
    await go(page, `/search?q=${code(77)}`);
    assert.match(await page.locator('main').innerText(), /没有/);
    const answer = await go(page, `/entity/${code(77)}`);
    assert.equal(answer.status(), 404);
  });

  visit('reads every page on a phone without scrolling sideways', PHONE, async (page) => {
    for (const path of [...PUBLIC, ...(await particular(page))]) {
      await go(page, path);
      assert.equal(await overhang(page), 0, `${path} is wider than the window`);
      assert.deepEqual(await sideways(page), [], path);
    }
  });

  visit('finds every entry of the navigation on a phone, in large letters too', PHONE, async (page) => {
    for (const path of ['/', '/look?size=elder&back=/']) {
      await go(page, path);
      const width = page.viewportSize().width;
      for (const entry of await page.locator('.main-nav a').all()) {
        const box = await entry.boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= width, `${path}: ${await entry.innerText()}`);
        assert.ok(box.height >= 36, `${path}: ${await entry.innerText()} is too low to be touched`);
      }
      assert.deepEqual([await overhang(page), await sideways(page)], [0, []], path);
    }
  });

  visit('finds no barrier on any page (WCAG 2.1 A and AA)', {}, async (page) => {
    for (const path of [...PUBLIC, ...(await particular(page))]) {
      await go(page, path);
      assert.deepEqual(await violations(page), [], path);
    }
  });

  visit('reads the home page without scripts', { javaScriptEnabled: false }, async (page) => {
    await go(page, '/');
    await page.locator('[role=search] input[name=q]').fill('拟');
    await page.locator('[role=search] input[name=q]').press('Enter');
    await page.waitForURL(/\/search\?/);
    assert.ok((await page.locator('main a[href^="/entity/"]').count()) > 0);
  });
});

describe('the counter (R43, R49)', () => {
  visit('answers "effects" and hands out a receipt that holds off-line', {}, async (page) => {
    const { code } = await punished(page);
    await logIn(page, 'counter');
    assert.match(await lookUp(page, code, 'E2E-1'), /有公示记录/);
    assert.deepEqual(await violations(page), []);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText('有公示记录').first().isVisible(), 'the answer is on paper');
    assert.equal(await page.locator('nav').first().isVisible(), false, 'the navigation is not');
    await page.emulateMedia({ media: 'screen' });
    const file = await download(page, link(page, '/counter/'), 'receipt.json');
    const said = run('receipt', 'verify', file, '--key', city.key, '--json');
    assert.equal(JSON.parse(said.trim().split('\n').at(-1)).holds, true);
    assert.match(await upload(page, file), /核验通过/);
    const forged = readFileSync(file, 'utf8').replaceAll('E2E-1', 'E2E-2');
    writeFileSync(file, forged);
    assert.throws(() => execFileSync(binary, ['receipt', 'verify', file, '--key', city.key]), { status: 1 });
    assert.match(await upload(page, file), /核验不通过/);
  });

  visit('answers "clear" for an entity without a record while the sources are fresh', {}, async (page) => {
    const code = await clean();
    await logIn(page, 'counter');
    const said = await lookUp(page, code, 'E2E-2');
    assert.match(said, /在更新期内/);
    assert.equal(await page.locator('.light-green').count(), 1, said);
    assert.doesNotMatch(said, /公示中的记录|超期未更新/);
    assert.deepEqual(await violations(page), []);
  });

  visit('answers "unknown entity" for a code nobody bears', {}, async (page) => {
    await logIn(page, 'counter');
    assert.match(await lookUp(page, code(78), 'E2E-3'), /未匹配主体/);
  });

  visit('says what is missing in the form', {}, async (page) => {
    await logIn(page, 'counter');
    await go(page, '/counter');
    await page.locator('form:has([name=case_no])').evaluate((form) => {
      form.noValidate = true;
      form.requestSubmit();
    });
    await page.getByText('请选择办理事项').first().waitFor();
    assert.deepEqual(await violations(page), []);
  });
});

describe('a department', () => {
  visit('hands in a good and a bad row, sees the findings, takes the answer back', {}, async (page) => {
    await logIn(page, 'market');
    await go(page, '/desk/intake');
    assert.deepEqual(await violations(page), []);
    await hand(page, table([party(1, code(101)), party(2, brokenCode(102))]));
    const said = await page.locator('main').innerText();
    assert.match(said, /DQ\d{4}/);
    assert.deepEqual(await violations(page), []);
    const file = await download(page, link(page, '/desk/answers/'), 'answer.csv');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    assert.equal(lines.length, 3);
    assert.ok(!lines[1].includes('退回'), lines[1]);
    assert.match(lines[2], /退回/);
    assert.match(lines[2], /DQ1002/);
    await go(page, '/desk/submissions');
    assert.deepEqual(await violations(page), []);
  });

  visit('finds a document with the code of another entity in its queue (R34)', {}, async (page) => {
    const stated = party(3, await clean());
    await logIn(page, 'market');
    await go(page, '/desk/intake');
    await hand(page, table([stated]));
    await go(page, '/desk');
    await page.locator('main a[href="/desk/doubts"]', { hasText: '去核实' }).click();
    await page.waitForURL(/\/desk\/doubts$/);
    const row = page.locator('tr', { hasText: stated.name });
    assert.match(await row.innerText(), new RegExp(stated.code));
    assert.match(await page.locator('main').innerText(), /更新主体库/);
    assert.deepEqual(await violations(page), []);
  });

  visit('finds no barrier at its desk', {}, async (page) => {
    await logIn(page, 'market');
    for (const path of DESK) {
      const answer = await go(page, path);
      assert.equal(answer.status(), 200, path);
      assert.deepEqual(await violations(page), [], path);
    }
  });

  visit('reads its desk on a phone without scrolling sideways', PHONE, async (page) => {
    await logIn(page, 'market');
    for (const path of DESK) {
      await go(page, path);
      assert.deepEqual([await overhang(page), await sideways(page)], [0, []], path);
    }
  });

  visit('does not get at the counter of another without a log-in', {}, async (page) => {
    await go(page, '/counter');
    assert.match(page.url(), /\/login/);
  });
});

// Last, because serving a later day ends every publication of the city.
describe('an entity (R94, R96)', () => {
  visit('sees what weighs on it, objects, and is seen to object by everybody', {}, async (page) => {
    await logIn(page, 'firm');
    assert.match(page.url(), /\/my$/);
    const object = page.locator('main a[href^="/my/procedures/new/objection?of="]').first();
    const record = (await object.getAttribute('href')).split('=').at(-1);
    await object.click();
    assert.equal(await page.locator('[name=record]').inputValue(), record);
    await page.locator('main section form button').first().click();
    assert.ok(await page.locator('[data-error-summary]').isVisible());
    for (const one of await page.locator('main section form textarea').all()) await one.fill('当事人不是本单位（演示）');
    await page.locator('main section form button').first().click();
    const confirm = page.locator('button[name=confirmed][value="1"]');
    if (await confirm.count()) await confirm.click();
    assert.match(await page.locator('main').innerText(), /已办理，写入账本第/);
    const own = page.url().split('?')[0];
    await go(page, `/record/${record}`);
    assert.match(await page.locator('main').innerText(), /异议处理中/);
    await page.goto(own);
    assert.match(await page.locator('main').innerText(), /期限/);
  });

  visit('finds no barrier on its pages', {}, async (page) => {
    await logIn(page, 'firm');
    for (const path of MINE) {
      await go(page, path);
      assert.deepEqual(await violations(page), [], path);
    }
  });

  visit('reads its pages on a phone without scrolling sideways', PHONE, async (page) => {
    await logIn(page, 'firm');
    for (const path of MINE) {
      await go(page, path);
      assert.deepEqual([await overhang(page), await sideways(page)], [0, []], path);
    }
  });
});

describe('a city nobody files for any more', () => {
  visit('answers "stale source", never "clear", when deliveries stopped', {}, async (page) => {
    const { code } = await punished(page);
    const later = await serveAgain(city, '2031-06-02');
    try {
      await logIn(page, 'counter', later.address);
      assert.match(await lookUp(page, code, 'E2E-4', later.address), /数据源延迟/);
      const name = (await page.locator('.masthead a').innerText()).trim();
      assert.notEqual(name, '', 'the link to the home page has a text');
      assert.ok((await page.title()).endsWith(` - ${name}`), await page.title());
      assert.deepEqual(await violations(page), []);
    } finally {
      await later.stop();
    }
    page.troubles.length = 0;
  });
});

/** Presses Tab until an element that fits has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (there) return;
  }
  assert.fail(`no way to ${selector} with the Tab key`);
}

/** Follows a link that leads to a file; returns where the file lies. */
async function download(page, found, name) {
  const [got] = await Promise.all([page.waitForEvent('download'), found.click()]);
  const path = join(city.folder, name);
  await got.saveAs(path);
  return path;
}

/** Has the site check a receipt; returns what the page says. */
async function upload(page, file) {
  await go(page, '/verify');
  await page.locator('main input[type=file]').setInputFiles(file);
  await page.locator('form:has(input[type=file]) button').click();
  await page.locator('main .notice').first().waitFor();
  return page.locator('main').innerText();
}

/** Uploads a table and waits until it was taken. */
async function hand(page, text) {
  const form = page.locator('form:has(input[type=file])');
  await form.locator('select[name=source]').selectOption('penalty-2018');
  const buffer = Buffer.from(text, 'utf8');
  await form.locator('input[type=file]').setInputFiles({ name: '处罚.csv', mimeType: 'text/csv', buffer });
  await form.locator('button').click();
  await page.waitForURL(/\/desk\/intake\/[^/]+$/);
  await link(page, '/desk/answers/').waitFor({ timeout: 30_000 });
}

/** An invented party of a penalty under the code given. */
function party(number, code) {
  return { number, code, name: `拟州市拟测试第${number}有限公司` };
}

/** Penalties decided today, in order but for what their parties are. */
function table(parties) {
  const list = run('organ', 'list', '--data', city.data, '--json').trim().split('\n').at(-1);
  const organ = JSON.parse(list).organs.find((one) => one.name === '拟州市市场监督管理局');
  const header = [
    '行政相对人名称', '行政相对人类别', '行政相对人代码_1（统一社会信用代码）', '行政相对人代码_2（工商注册号）',
    '行政相对人代码_3（组织机构代码）', '行政相对人代码_4（税务登记号）', '行政相对人代码_5（事业单位证书号）',
    '行政相对人代码_6（社会组织登记证号）', '法定代表人', '法定代表人证件类型', '法定代表人证件号码', '证件类型',
    '证件号码', '行政处罚决定书文号', '违法行为类型', '违法事实', '处罚依据', '处罚类别', '处罚内容',
    '罚款金额（万元）', '没收违法所得、没收非法财物的金额（万元）', '暂扣或吊销证照名称及编号', '处罚决定日期',
    '处罚有效期', '公示截止期', '处罚机关', '处罚机关统一社会信用代码', '数据来源单位',
    '数据来源单位统一社会信用代码', '失信严重程度', '处罚程序', '是否公示', '公示选择理由', '是否涉密', '备注',
  ];
  const day = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10).replaceAll('-', '/');
  const row = ({ number, code, name }) => ({
    行政相对人名称: name,
    行政相对人类别: '法人及非法人组织',
    '行政相对人代码_1（统一社会信用代码）': code,
    法定代表人: '拟某某',
    行政处罚决定书文号: `拟市监罚决〔${day.slice(0, 4)}〕9${number}号`,
    违法行为类型: '虚假宣传',
    违法事实: '当事人发布虚假广告，有现场笔录为证。',
    处罚依据: '《测试条例》第七十九条',
    处罚类别: '罚款',
    处罚内容: '罚款2000元',
    '罚款金额（万元）': '0.2',
    处罚决定日期: day,
    处罚机关: organ.name,
    处罚机关统一社会信用代码: organ.code,
    数据来源单位: organ.name,
    数据来源单位统一社会信用代码: organ.code,
    失信严重程度: '一般',
    处罚程序: '普通程序',
  });
  return csv(header, parties.map(row));
}
