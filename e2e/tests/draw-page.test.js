// The page that verifies draws, in a browser, under the site's policy: a small site that has nothing but the page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { closePage, openPage, startBrowser, violations } from '../lib/browser.js';
import { commitment, makeDraw, saltOf } from '../lib/draw.js';
import { NUMBERS, plan } from '../lib/plan.js';

const WEB = new URL('../../crates/web/', import.meta.url);
const POLICY = "default-src 'self'; script-src 'self'";
const source = (path) => readFileSync(new URL(path, WEB), 'utf8');

/** The page as askama would give it, with one published draw. */
function page() {
  const block = (name) => source('templates/inspection/verify.html').split(`{% block ${name} %}`)[1].split('{% endblock %}')[0];
  const values = { title: '抽查核验', 'draw.address': '/published/draws/7.json', 'draw.title': '第三季度抽查', 'draw.on': '2026-09-01' };
  const filled = (block('head') + block('content'))
    .replace(/\{% if draws.is_empty\(\) %\}[^]*?\{% else %\}/, '')
    .replace(/\{\{ frame\.asset\("(.*?)"\) \}\}/g, '/assets/$1')
    .replace(/\{\{ (.*?) \}\}/g, (_, name) => values[name])
    .replace(/\{%.*?%\}/g, '');
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>抽查核验</title><link rel="icon" href="data:,"></head><body><main>${filled}</main></body></html>`;
}

const base = plan(4);
const { file } = makeDraw(base, NUMBERS);
const text = JSON.stringify(file);
let browser;
let server;
let address;
before(async () => {
  server = createServer((request, response) => {
    const answers = { '/draws/verify': ['text/html; charset=utf-8', page()], '/published/draws/7.json': ['application/json', text] };
    const script = /^\/assets\/(draw[-a-z]*\.js)$/.exec(request.url);
    const [kind, body] = script ? ['text/javascript', source(`assets/${script[1]}`)] : (answers[request.url] ?? ['text/plain', '']);
    response.writeHead(body === '' ? 404 : 200, { 'content-type': kind, 'content-security-policy': `${POLICY}; img-src 'self' data:` });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await startBrowser();
}, { timeout: 120_000 });
after(async () => {
  await browser?.close();
  server?.close();
});

function visit(name, body) {
  test(name, { timeout: 120_000 }, async () => {
    const opened = await openPage(browser, address);
    await opened.goto(`${address}/draws/verify`);
    await body(opened);
    await closePage(opened);
  });
}

const choose = (opened, content) => opened.setInputFiles('[data-draw-file]', { name: '抽取.json', mimeType: 'application/json', buffer: Buffer.from(content) });
const result = (opened) => opened.locator('[data-draw-result]');

describe('the page that verifies draws (R61)', () => {
  visit('a chosen file is verified step by step without a server (R61)', async (opened) => {
    const asked = [];
    opened.on('request', (request) => asked.push(request.url()));
    await choose(opened, text);
    await result(opened).getByText('核验通过。').waitFor();
    assert.equal(await result(opened).locator('li').count(), 12);
    assert.equal(await result(opened).locator('[aria-live=polite]').count(), 1);
    assert.deepEqual(asked, []);
    assert.deepEqual(await violations(opened), []);
  });

  visit('a forged file is refused with the first difference (R61)', async (opened) => {
    const { at } = file.drawn[0];
    await choose(opened, JSON.stringify({ ...file, drawn: [{ ...file.drawn[0], at: at + 1 }, ...file.drawn.slice(1)] }));
    await result(opened).getByText('核验不通过。').waitFor();
    assert.match(await result(opened).locator('li').last().innerText(), new RegExp(`不符.*drawn\\[0\\]\\.at：文件写的是 ${at + 1}，重新计算得 ${at}`));
  });

  visit('a published file is fetched from the same site, a dropped one is read (R61)', async (opened) => {
    await opened.getByRole('button', { name: '核验：第三季度抽查' }).click();
    await result(opened).getByText('核验通过。').waitFor();
    await opened.evaluate((content) => {
      const carried = new DataTransfer();
      carried.items.add(new File([content], '拖入.json'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
    }, 'not a draw');
    await result(opened).getByText('核验不通过。').waitFor();
    assert.match(await result(opened).innerText(), /文件不是 JSON/);
  });

  visit('a party makes its commitment without a server (R61)', async (opened) => {
    const asked = [];
    opened.on('request', (request) => asked.push(request.url()));
    const made = opened.locator('[data-draw-commitment]');
    const value = opened.getByLabel('数值', { exact: true });
    await opened.getByLabel('承诺方名称').fill('驻局纪检组');
    await value.fill('十五个字符不够长一二三四五六');
    await opened.getByRole('button', { name: '算出承诺' }).click();
    assert.match(await made.innerText(), /至少 16 个字符/);
    await opened.getByRole('button', { name: '随机生成数值' }).click();
    const random = await value.inputValue();
    assert.match(random, /^[a-z2-9]{32}$/);
    assert.equal(await made.innerText(), '');
    for (const [word, suite] of [['国密（SM3）', 'sm'], ['国际（SHA-256）', 'sha']]) {
      await opened.getByLabel('密码套件').selectOption({ label: word });
      await opened.getByRole('button', { name: '算出承诺' }).click();
      assert.equal(await made.locator('.code').innerText(), commitment(suite, '驻局纪检组', random));
    }
    assert.deepEqual(asked, []);
    assert.deepEqual(await violations(opened), []);
  });

  visit('an organisation learns whether it is in the frame and whether it was drawn (R61)', async (opened) => {
    const ask = async (code, salt) => {
      await opened.getByLabel('统一社会信用代码').fill(code);
      await opened.getByLabel('盐值').fill(salt);
      await opened.getByRole('button', { name: '查找' }).click();
      return opened.locator('[data-draw-answer]').innerText();
    };
    const { code, salt } = file.drawn[0];
    assert.match(await ask(code, salt), /请先核验/);
    await choose(opened, text);
    await result(opened).getByText('核验通过。').waitFor();
    assert.match(await ask(code, salt), /被抽中。$/);
    const drawn = new Set(file.drawn.map((object) => object.code));
    const other = base.layers.flatMap((layer) => layer.codes).find((one) => !drawn.has(one));
    assert.match(await ask(other, saltOf(base, other).toString('hex')), /没有被抽中。$/);
    assert.match(await ask(other, salt), /^不在名单中/);
    assert.match(await ask(other, 'x'), /32 位十六进制/);
  });
});
