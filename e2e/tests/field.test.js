// An inspector's phone that goes offline in the middle of a visit: nothing is lost, nothing is there twice.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { closePage, openPage, overhang, sideways, startBrowser, violations } from '../lib/browser.js';
import { PHONE as ACCOUNT, nameOf, startOffice } from '../lib/office.js';
import { code } from '../lib/table.js';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const NARROW = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const OFFLINE = 1;
const LOST = 2;
const EARLY = 3;
const PLAIN = 4;
const ALONE = 5;

let browser;
let office;
before(async () => {
  browser = await startBrowser(['--host-resolver-rules=MAP field.test 127.0.0.1']);
  office = await startOffice([
    { number: OFFLINE, approved: true },
    { number: LOST, approved: true },
    { number: EARLY, approved: false },
    { number: PLAIN, approved: true },
    { number: ALONE, approved: true },
  ]);
}, { timeout: 6 * 60 * 1000 });
after(async () => {
  await browser?.close();
  await office?.stop();
});

/** A test with a phone of its own, on which the inspector is logged in. */
function phone(name, options, body, address = () => office.address) {
  test(name, { timeout: 120_000 }, async () => {
    const page = await openPage(browser, address(), options);
    try {
      await page.goto(`${address()}/field`);
      await page.locator('input[name=name]').fill(ACCOUNT);
      await page.locator('input[name=password]').fill(office.password);
      await page.locator('input[name=password]').press('Enter');
      await page.getByText(nameOf(EARLY)).waitFor();
      await body(page);
    } catch (error) {
      error.message += `\n${await page.locator('body').innerText().catch(() => '')}`;
      await page.context().close();
      throw error;
    }
    await closePage(page);
  });
}

/** A picture of noise, so that it does not shrink to nothing. */
function picture(width, height) {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let at = 0; at < raw.length; at++) raw[at] = at % (width * 3 + 1) === 0 ? 0 : (at * 7919) % 251;
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
  const crc = (bytes) => ~bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), -1) >>> 0;
  const chunk = (kind, body) => {
    const text = Buffer.concat([Buffer.from(kind), body]);
    const out = Buffer.alloc(body.length + 12);
    out.writeUInt32BE(body.length);
    text.copy(out, 4);
    out.writeUInt32BE(crc(text), body.length + 8);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

const tap = (page, name) => page.getByRole('button', { name }).click();
const follow = (page, name) => page.getByRole('link', { name, exact: true }).first().click();

/** Waits until the page opens without network. */
const ready = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
  while (!(await caches.match('/field'))) await new Promise((done) => setTimeout(done, 50));
});

async function audit(page, name) {
  assert.deepEqual(await violations(page), [], name);
  assert.equal(await overhang(page), 0, name);
  assert.deepEqual(await sideways(page), [], name);
  const small = await page.evaluate(() => [...document.querySelectorAll('main button, main .btn, main .choice, main a.wide-link, main .back, main textarea, main input:not([type]), .phone-head nav a')]
    .map((part) => [part.outerHTML.slice(0, 80), part.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
    .map(([text]) => text));
  assert.deepEqual(small, [], name);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

/** Fills in a visit from the code at the door to the signature, and hands it in. */
async function fillIn(page, number, look = async () => {}, all = true) {
  await page.getByRole('link', { name: nameOf(number) }).click();
  await page.getByLabel('企业码内容').fill('http://elsewhere.example/entity/91370402MAYT0099XX');
  await page.getByText('扫到的不是任务单位').waitFor();
  await page.getByLabel('企业码内容').fill(`${office.address}/entity/${code(number)}`);
  await page.getByText('记为扫码入企').waitFor();
  await page.getByLabel('企业码内容').blur();
  await look('task');
  await tap(page, '开始检查');
  await page.getByText('已扫码入企').waitFor();
  await page.getByRole('link', { name: '年度报告和公示信息抽查' }).click();
  await page.getByLabel('符合', { exact: true }).check();
  await look('check');
  await follow(page, '下一项');
  await page.getByText('检查标准 2 / 4').waitFor();
  await page.getByLabel('需要说明').check();
  await page.getByLabel('说明', { exact: true }).fill('抽查三项，两项相符');
  await follow(page, '下一项');
  await page.getByLabel('不符合').check();
  await follow(page, '下一项');
  await follow(page, '下一项');
  await page.getByLabel('发现问题已责令改正').check();
  await page.getByLabel('情况说明').fill('股权变更没有按期公示');
  await page.locator('input[type=file]').last().setInputFiles({ name: 'IMG_1.png', mimeType: 'image/png', buffer: picture(2000, 1500) });
  await page.locator('.photos img').waitFor();
  await look('result');
  await follow(page, '完成本事项');
  await page.getByLabel('已核对笔录，签名').first().check();
  if (all) await page.getByLabel('已核对笔录，签名').last().check();
  await follow(page, '企业签字');
  const pad = await page.locator('canvas').boundingBox();
  await page.mouse.move(pad.x + 30, pad.y + 40);
  await page.mouse.down();
  for (let at = 1; at <= 10; at++) await page.mouse.move(pad.x + 30 + at * 20, pad.y + 40 + (at % 3) * 30);
  await page.mouse.up();
  await look('sign');
  await tap(page, '签字完成');
  await page.locator('img.signature').waitFor();
  await look('signed');
  await tap(page, '完成并上传');
}

/** Waits until beginning and record stand in the ledger. */
const entered = (page) => page.getByText('已入账：账本第').nth(1).waitFor();

const once = (id) => {
  const steps = office.steps(id);
  assert.equal(steps.filter((step) => step.includes('开始检查')).length, 1, steps.join('；'));
  assert.equal(steps.filter((step) => step.includes('检查笔录')).length, 1, steps.join('；'));
  assert.equal(steps.filter((step) => step === '检查结束').length, 1, steps.join('；'));
};

describe("the inspectors' phone (R65)", () => {
  phone('says what is not in force and lets nobody begin (R65)', NARROW, async (page) => {
    await ready(page);
    await audit(page, 'list-360');
    await page.getByRole('link', { name: nameOf(EARLY) }).click();
    await page.getByText('审批表未批准').first().waitFor();
    assert.ok(await page.getByRole('button', { name: '开始检查' }).isDisabled());
    assert.match(await page.locator('main').innerText(), /不得开始检查/);
    await audit(page, 'early-360');
  });

  phone('keeps a whole visit without network and hands it in once (R65)', PHONE, async (page) => {
    const context = page.context();
    await ready(page);
    await context.setOffline(true);
    await page.getByText('没有网络').first().waitFor();
    await audit(page, 'list');
    await fillIn(page, OFFLINE, (name) => audit(page, name));
    await page.getByText('尚未上传，未生效').first().waitFor();
    await page.reload();
    await page.getByText('未上传').first().waitFor();
    await audit(page, 'handed-in');
    const second = await context.newPage();
    await second.goto(`${office.address}/field#/outbox`);
    await second.getByText('检查笔录，附 2 份文件').waitFor();
    assert.equal(await second.locator('main li').count(), 2, 'a beginning and a record');
    await audit(second, 'outbox');
    assert.deepEqual(office.steps(office.ids[0]).filter((step) => step.includes('笔录')), []);
    await context.setOffline(false);
    await entered(page);
    await entered(second);
    await audit(second, 'outbox-done');
    once(office.ids[0]);
    const kept = await page.evaluate(async () => {
      const db = await new Promise((done) => (indexedDB.open('chengheng-field phone').onsuccess = (event) => done(event.target.result)));
      const all = (name) => new Promise((done) => (db.transaction(name).objectStore(name).getAll().onsuccess = (event) => done(event.target.result)));
      return { files: (await all('files')).length, sheet: JSON.parse((await all('outbox')).find((row) => row.kind === 'record').text) };
    });
    assert.equal(kept.files, 0, 'what the server holds is not kept on the phone');
    const [photo] = kept.sheet.evidence;
    assert.ok(photo.bytes < 2 << 20, 'it was made smaller');
    for (const [digest, start] of [[photo.digest, 0xff], [kept.sheet.entity_signed, 0x89]]) {
      const got = await context.request.get(`${office.address}/field/evidence/${digest}?visit=${office.ids[0]}`);
      assert.equal(got.status(), 200);
      assert.equal((await got.body())[0], start);
    }
  });

  phone('hands in once, though the answer got lost (R65)', PHONE, async (page) => {
    let lost = 0;
    await page.route('**/field/sync*', async (route) => {
      const answer = await route.fetch();
      if (lost++ < 2) return route.abort('connectionreset');
      return route.fulfill({ response: answer });
    });
    await fillIn(page, LOST);
    await page.getByText('尚未上传，未生效').first().waitFor();
    assert.ok(lost > 0);
    await page.reload();
    await page.locator('[data-view=outbox]').click();
    await tap(page, '立即上传');
    await entered(page);
    await page.getByText('没有重复记录').first().waitFor();
    assert.match(await page.locator('main').innerText(), /已入账：账本第 \d+/);
    assert.doesNotMatch(await page.locator('main').innerText(), /尚未上传/);
    once(office.ids[1]);
  });

  phone('shows a refusal with its article, and hands in what was put right under the same number (R65)', PHONE, async (page) => {
    await fillIn(page, ALONE, undefined, false);
    const refusal = page.locator('.not-yet').filter({ hasText: '被拒绝' }).first();
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /没有入账，不生效.*依据：《.*》/s);
    await audit(page, 'refused');
    const number = async () => {
      await page.locator('[data-view=outbox]').click();
      await page.getByRole('heading', { name: '待上传' }).waitFor();
      const text = await page.locator('main li').first().innerText();
      await page.goBack();
      return text.match(/编号 (\w+)/)[1];
    };
    const before = await number();
    await page.getByLabel('已核对笔录，签名').last().check();
    await tap(page, '修改后重新提交');
    await entered(page);
    assert.equal(await number(), before);
    once(office.ids[4]);
  });

  phone('works on plain http, without WebCrypto, locks and service worker (R65)', PHONE, async (page) => {
    assert.equal(await page.evaluate(() => isSecureContext || Boolean(navigator.locks) || Boolean(crypto.randomUUID)), false);
    await page.getByText('本站未使用 HTTPS').waitFor();
    await fillIn(page, PLAIN);
    await entered(page);
    once(office.ids[3]);
  }, () => office.address.replace('127.0.0.1', 'field.test'));
});
