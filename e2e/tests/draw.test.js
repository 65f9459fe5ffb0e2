// The page's own computation of a draw, against known answers, against a plain computation, and against forgers.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { dice, evenedOut, ticketOf, makeDraw, saltOf, stream } from '../lib/draw.js';
import { NUMBERS, code, largeDraw, plan, prove, withParties, withProof } from '../lib/plan.js';

const { verify, parseFrame, openTicket, find, parts } = globalThis.ChenghengDraw;
const { digest, sha512, verifyProof, Stream, evenOut, hex, unhex } = parts;
const VECTORS = new URL('../../crates/domain/tests/draw/vectors/', import.meta.url);

/** The step that found the difference; fails where none did. */
async function difference(file) {
  const result = await verify(typeof file === 'string' ? file : JSON.stringify(file));
  assert.equal(result.ok, false, 'nobody noticed');
  return result.steps.at(-1);
}

async function holds(file) {
  const result = await verify(JSON.stringify(file));
  assert.ok(result.ok, result.steps.at(-1).text);
  return result;
}

describe('digests and proofs (R61)', () => {
  const many = 'a'.repeat(1_000_000);

  test('SHA-256 gives the answers of FIPS 180 (R61)', () => {
    assert.equal(hex(digest('sha', 'abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(hex(digest('sha', '')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(hex(digest('sha', many)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  });

  test('SM3 gives the answers of GB/T 32905 (R61)', () => {
    assert.equal(hex(digest('sm', 'abc')), '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    assert.equal(hex(digest('sm', 'abcd'.repeat(16))), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
  });

  test('SHA-512 gives the answer of FIPS 180 (R61)', () => {
    const known = 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
    assert.equal(hex(sha512('abc')), known);
  });

  test('every length up to three blocks has the digest that OpenSSL gives (R61)', () => {
    for (let length = 0; length < 400; length++) {
      const text = Buffer.alloc(length, length);
      const known = (name) => createHash(name).update(text).digest('hex');
      assert.equal(hex(digest('sha', text)), known('sha256'));
      assert.equal(hex(digest('sm', text)), known('sm3'));
      assert.equal(hex(sha512(text)), known('sha512'));
    }
  });

  // RFC 9381, B.3: secret, public key, text, proof, what it proves.
  const PROOFS = [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
      '8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805',
      '90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
      'f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02',
      'eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
      '9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e',
      '645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f',
    ],
  ];

  test('proofs of RFC 9381 hold and prove what the standard says (R61)', () => {
    for (const [secret, key, text, proof, proven] of PROOFS) {
      assert.equal(hex(verifyProof(unhex(key), unhex(text), unhex(proof))), proven);
      const made = prove(unhex(secret), unhex(text));
      assert.deepEqual([hex(made.key), hex(made.proof), hex(made.proven)], [key, proof, proven]);
    }
  });

  test('no proof holds once a bit of it, of the key or of the text is another (R61)', () => {
    const [, key, text, proof] = PROOFS[2].map(unhex);
    for (let at = 0; at < proof.length; at += 7) {
      const forged = Uint8Array.from(proof);
      forged[at] ^= 1 << (at % 8);
      assert.equal(verifyProof(key, text, forged), null, `byte ${at}`);
    }
    assert.equal(verifyProof(unhex(PROOFS[1][1]), text, proof), null);
    assert.equal(verifyProof(key, unhex('af83'), proof), null);
    assert.equal(verifyProof(key, text, proof.subarray(1)), null);
  });

  test('a key of small order and a response beyond the order are refused (R61)', () => {
    const [, key, text, proof] = PROOFS[0].map(unhex);
    const identity = unhex(`01${'00'.repeat(31)}`);
    assert.equal(verifyProof(identity, text, proof), null);
    const beyond = Uint8Array.from(proof);
    beyond.fill(255, 48);
    assert.equal(verifyProof(key, text, beyond), null);
  });
});

describe('numbers (R61)', () => {
  test('numbers below another are those of plain arithmetic (R61)', () => {
    const seed = Buffer.alloc(32, 9);
    for (const suite of ['sm', 'sha']) {
      const [page, plain] = [new Stream(suite, seed, 'layer 0'), stream(suite, seed, 'layer 0')];
      for (const n of [1, 2, 3, 7, 1_000_000, 999_983, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 5]) {
        for (let again = 0; again < 50; again++) assert.equal(page.below(n), plain(n));
      }
    }
  });

  test('a word in the last, incomplete round is passed over (R61)', () => {
    const words = [[0xffffffff, 0xffffffff], [0xffffffff, 0xfffffffe], [0, 5]];
    const page = Object.assign(Object.create(Stream.prototype), {
      next() {
        [this.high, this.low] = words.shift();
      },
    });
    // 2^64 mod 3 = 1: only the greatest word is too many.
    assert.equal(page.below(3), Number(0xfffffffffffffffen % 3n));
    assert.equal(page.below(3), 5 % 3);
  });
});

/** The least sum of squares that teams of the same sizes can have, by trying all. */
function leastSquares(jobs, visits, allowed) {
  let best = Infinity;
  const loads = [...visits];
  const seat = (at, filled, from) => {
    if (at === jobs.length) {
      best = Math.min(best, loads.reduce((sum, load) => sum + load * load, 0));
      return;
    }
    if (filled === jobs[at].size) {
      seat(at + 1, 0, 0);
      return;
    }
    for (let one = from; one < loads.length; one++) {
      if (!allowed(one, at)) continue;
      loads[one] += 1;
      seat(at, filled + 1, one + 1);
      loads[one] -= 1;
    }
  };
  seat(0, 0, 0);
  return best;
}

describe('evening out (R61)', () => {
  test('no other teams have a smaller sum of squares of loads (R61)', () => {
    let moved = 0;
    for (let start = 0; start < 400; start++) {
      const roll = dice(start);
      const count = 2 + roll(4);
      const visits = Array.from({ length: count }, () => roll(4));
      const able = Array.from({ length: 1 + roll(5) }, () => Array.from({ length: count }, (_, at) => at).filter(() => roll(3) > 0));
      const teams = able.map((them) => them.slice(0, roll(3)));
      const loads = [...visits];
      teams.flat().forEach((one) => (loads[one] += 1));
      const before = [...loads];
      const nobody = parts.bitsOf([], count);
      const jobs = able.map((them, number) => ({ number, post: 0, team: [...teams[number]], holders: parts.bitsOf(them, count), barred: nobody }));
      const plain = able.map((_, number) => ({ number, team: [...teams[number]] }));
      const plainLoads = [...loads];
      const concerned = [...visits.keys()].filter((one) => able.some((them) => them.includes(one)));
      evenOut(jobs, loads);
      evenedOut(plain, plainLoads, (job) => able[job.number].filter((one) => !job.team.includes(one)), concerned);
      assert.deepEqual(jobs.map(({ team }) => team), plain.map(({ team }) => team), `start ${start}`);
      const sizes = teams.map((team) => ({ size: team.length }));
      const squares = loads.reduce((sum, load) => sum + load * load, 0);
      assert.equal(squares, leastSquares(sizes, visits, (one, at) => able[at].includes(one)), `start ${start}`);
      if (before.join() !== loads.join()) moved += 1;
    }
    assert.ok(moved > 50, 'the cases give something to even out');
  });
});

/** A draw with drawn objects, reserves, short and tight teams and both kinds of changes. */
function eventful() {
  const base = plan(4);
  base.layers = [
    { share: 250_000, posts: [0], codes: Array.from({ length: 24 }, (_, at) => code(at)) },
    { share: 500_000, posts: [0, 1], codes: Array.from({ length: 12 }, (_, at) => code(100 + at)) },
  ];
  base.posts = [{ organ: '1137', size: 2 }, { organ: '1138', size: 2 }];
  base.inspectors = Array.from({ length: 9 }, (_, at) => ({ certificate: `ZF000${at}`, posts: at < 7 ? [0] : [1], visits: at % 3 }));
  base.recused = base.layers.flatMap(({ codes }) => codes).flatMap((one, at) => [0, 2, 3].map((far) => [(at + far) % 7, one]).concat(at % 4 === 0 ? [[7, one]] : []));
  const draw = makeDraw(base, NUMBERS);
  draw.recuse(draw.file.drawn[0].ticket, 0, 0);
  draw.recuse(draw.file.drawn[0].ticket, 0, 0);
  draw.file.drawn.slice(2).forEach(({ ticket }) => draw.close(ticket, '2026-10-03'));
  draw.recuse(draw.file.changes.findLast(({ kind }) => kind === 'replaced').by.ticket, 0, 0, '2026-10-04');
  return { base, ...draw };
}

describe('files (R61)', () => {
  test('the plain computation and the page agree on cities of many shapes (R61)', async () => {
    let [tight, short, reserves, unable, followed] = [0, 0, 0, 0, 0];
    for (let start = 0; start < 150; start++) {
      const { file, current, close, recuse } = makeDraw(plan(start), NUMBERS);
      for (const { ticket, teams } of [...current.values()].slice(0, 4)) {
        const at = teams.findIndex((team) => team.length > 0);
        if (at >= 0 && !recuse(ticket, at, 0)) unable += 1;
        close(ticket, '2026-10-02');
      }
      await holds(file);
      tight += file.tight.length;
      short += file.short.length;
      reserves += file.reserves.length;
      followed += file.changes.filter(({ ticket }) => file.changes.some(({ by }) => by?.ticket === ticket)).length;
    }
    assert.ok([tight, short, reserves, unable, followed].every((count) => count > 0), 'the cities show everything');
  });

  test('seeds of parties and of a proof hold, and what they gave cannot be changed (R61)', async () => {
    for (const suite of ['sm', 'sha']) {
      const parties = makeDraw(...withParties(plan(6, suite))).file;
      await holds(parties);
      parties.seed.values = [...parties.seed.values].reverse();
      assert.match((await difference(parties)).text, /承诺不符：名单写的承诺是 [0-9a-f]{64}，重新计算得 [0-9a-f]{64}/);
      const proof = makeDraw(...withProof(plan(6, suite))).file;
      await holds(proof);
      proof.seed.proof = proof.seed.proof.replace(/..$/, '0f');
      assert.equal((await difference(proof)).name, '种子来源');
    }
  });

  test('a frozen frame verifies before the seed is known, and promises nothing more (R61)', async () => {
    const { format, frame, digest: said, frozen, drawn } = eventful().file;
    const result = await holds({ format, frame, digest: said, frozen });
    assert.equal(result.pending, true);
    assert.deepEqual(result.steps.map((step) => step.name), ['文件格式', '名单', '名单摘要', '种子来源']);
    assert.match((await difference({ format, frame, digest: said, frozen, drawn })).text, /多出“drawn”/);
  });

  test('a frame that was frozen after the lottery is refused (R61)', async () => {
    const { file } = eventful();
    file.frozen.on = '2026-09-09';
    assert.match((await difference(file)).text, /2026-09-09 才封存，而开奖日期是 2026-09-08/);
  });

  test('an organisation finds its own line, and nobody else theirs (R61)', async () => {
    const { base, file } = eventful();
    const { frame } = await holds(file);
    const own = base.layers[1].codes[3];
    const salt = saltOf(base, own).toString('hex');
    assert.equal(openTicket(salt, own, base.suite), ticketOf(base, own));
    const found = find(frame, salt, own);
    assert.equal(found.layer, 1);
    assert.equal(file.frame.split('\n').includes(found.ticket), true);
    assert.equal(find(frame, salt, base.layers[1].codes[4]).layer, null);
  });

  test('the golden vectors hold (R61)', async () => {
    const names = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
    assert.ok(names.length >= 6);
    for (const name of names) {
      const result = await verify(readFileSync(new URL(name, VECTORS), 'utf8'));
      assert.ok(result.ok, `${name}: ${result.steps.at(-1).text}`);
    }
  });

  test('a large city is verified quickly (R61)', async (context) => {
    const objects = Number(process.env.DRAW_OBJECTS ?? 100_000);
    const text = JSON.stringify(largeDraw(objects, objects / 100, 600));
    const from = performance.now();
    const result = await verify(text);
    context.diagnostic(`${objects} objects: ${Math.round(performance.now() - from)} ms`);
    assert.ok(result.ok, result.steps.at(-1).text);
  });
});

/** Every place in a value: its path, and what a forger may do there. */
function* forgeries(value, path = []) {
  if (Array.isArray(value)) {
    yield [path, 'longer', [...value, value.at(-1) ?? 0]];
    if (value.length > 0) yield [path, 'shorter', value.slice(0, -1)];
    const at = value.findIndex((one, place) => place > 0 && JSON.stringify(one) !== JSON.stringify(value[place - 1]));
    if (at > 0) yield [path, 'another order', value.with(at, value[at - 1]).with(at - 1, value[at])];
    for (const place of value.keys()) yield* forgeries(value[place], [...path, place]);
  } else if (typeof value === 'object' && value !== null) {
    yield [path, 'one more', { ...value, extra: 1 }];
    for (const key of Object.keys(value)) {
      const { [key]: gone, ...rest } = value;
      yield [path, `without ${key}`, rest];
      yield* forgeries(gone, [...path, key]);
    }
  } else {
    yield [path, 'nothing', null];
    if (typeof value === 'number') yield [path, 'another number', value + 1];
    if (typeof value === 'string') yield [path, 'another text', value.slice(0, -1) + (value.endsWith('0') ? '1' : '0')];
    if (typeof value === 'string') yield [path, 'a shorter text', value.slice(0, -1)];
  }
}

const put = (value, [key, ...rest], inner) => {
  if (key === undefined) return inner;
  return Array.isArray(value) ? value.with(key, put(value[key], rest, inner)) : { ...value, [key]: put(value[key], rest, inner) };
};

/**
 * What only the ledger or the lottery can prove: day and entry of the freezing, reason and day of a change,
 * that the last change is not missing, order of the balls.
 */
const PROVED_ELSEWHERE = [/^changes shorter/, /^frozen\.(entry|on) another/, /^changes\.\d+\.(reason|on) (another|a shorter) text/, /^seed\.numbers\.0 another order/];

describe('forgers (R61)', () => {
  test('every single change in a file is found (R61)', async () => {
    const { file } = eventful();
    await holds(file);
    assert.ok(file.short.length > 0 && file.tight.length > 0 && file.changes.length > 12);
    let count = 0;
    for (const [path, what, inner] of forgeries(file)) {
      const name = `${path.join('.')} ${what}`;
      if (PROVED_ELSEWHERE.some((known) => known.test(name))) continue;
      const result = await verify(JSON.stringify(put(file, path, inner)));
      assert.equal(result.ok, false, name);
      assert.notEqual(result.steps.at(-1).text, '', name);
      count += 1;
    }
    assert.ok(count > 800, `${count} forgeries`);
  });

  test('redraws that must follow at once can be neither left out nor exchanged (R61)', async () => {
    const { file } = eventful();
    const at = file.changes.findIndex(({ by }, place) => by && [1, 2].every((next) => file.changes[place + next]?.ticket === by.ticket && file.changes[place + next].on === '2026-10-03'));
    assert.ok(at >= 0, 'two redraws follow');
    const [before, first, second, after] = [file.changes.slice(0, at + 1), file.changes[at + 1], file.changes[at + 2], file.changes.slice(at + 3)];
    for (const changes of [before, [...before, first], [...before, second, first, ...after], [...before, ...after]]) {
      assert.match((await difference({ ...file, changes })).text, /须紧接着的重抽/);
    }
  });

  test('a redraw that finds nobody is not written, nor a replacement without a reserve (R61)', async () => {
    const { file } = eventful();
    const empty = structuredClone(file);
    empty.changes.find(({ kind }) => kind === 'redrawn').in = null;
    empty.changes.find(({ kind }) => kind === 'replaced').by = null;
    assert.equal((await difference(empty)).name, '抽取之后的变更');
  });

  test('a member that stands twice is refused wherever it stands (R61)', async () => {
    const text = JSON.stringify(eventful().file);
    const spaces = ' '.repeat(300);
    for (const [from, to] of [['{"format":', '{"format":"a","format":'], ['"frozen":{', '"frozen":{"\\u006fn":"2026-01-01",'], ['"loads":{', `"loads":{"most"${spaces}:1,`]]) {
      const forged = text.replace(from, to);
      assert.notEqual(forged, text);
      assert.match((await difference(forged)).text, /出现了两次/);
    }
    assert.match((await difference(text.replace('"title', '"title').replace('{"format"', '{"\\"":1,"format"'))).text, /多出/);
  });

  test('a number of the lottery that stands twice or beyond its bounds is refused (R61)', async () => {
    for (const first of [[33, 2, 7, 19, 21, 21], [34, 2, 7, 19, 21, 30], [2, 7, 19, 21, 30]]) {
      const file = structuredClone(eventful().file);
      file.seed.numbers[0] = first;
      assert.match((await difference(file)).text, /不同的数/);
    }
  });

  test('the difference is named with what the file says and what the computation gives (R61)', async () => {
    const { file } = eventful();
    const [{ at }, other] = [file.drawn[1], structuredClone(file)];
    other.drawn[1].at = at + 1;
    assert.deepEqual(await difference(other), { name: '抽中的对象', ok: false, text: `drawn[1].at：文件写的是 ${at + 1}，重新计算得 ${at}。` });
    const team = structuredClone(file);
    [team.drawn[0].teams[0][0], team.drawn[0].teams[0][1]] = [...team.drawn[0].teams[0]].reverse().concat(0);
    assert.match((await difference(team)).text, /^drawn\[0\]\.teams\[0\]\[0\]：文件写的是 \d+，重新计算得 \d+。$/);
    assert.match((await difference('{"format":')).text, /^文件不是 JSON/);
    assert.match((await difference({ ...file, format: 'chengheng-draw/2' })).text, /chengheng-draw\/2/);
  });

  test('a frame that is changed with its digest has another seed (R61)', async () => {
    const { base, file } = eventful();
    const frame = file.frame.replace('ZF0000\t0\t0', 'ZF0000\t0\t9');
    assert.notEqual(frame, file.frame);
    const forged = { ...file, frame, digest: makeDraw(base, NUMBERS, frame).file.digest };
    assert.equal((await difference(forged)).name, '种子值');
  });

  test('the ticket of another code does not open (R61)', async () => {
    const { file } = eventful();
    file.drawn[0].code = file.drawn[1].code;
    assert.match((await difference(file)).text, /^drawn\[0\]：代号是 [0-9a-f]{32}，由 .{18} 和盐值重新计算得 [0-9a-f]{32}。$/);
  });
});

/** A frame of a few lines; each of its lines can be made another. */
const FRAME = `chengheng-draw/1
suite	sm
title	抽查
organ	1137
law	00
secret	${'0'.repeat(64)}
seed	lottery	双色球	1	2026-09-08	6/1-33;1/1-16
item	A01	1137	general
item	A02	1137	key
post	1137	2
post	1138	1
inspector	ZF0	0,1	0
inspector	ZF1	1	3
layer	250000	0	2
${'1'.repeat(32)}
${'2'.repeat(32)}
layer	1000000		1
${'3'.repeat(32)}
recused	0	${'1'.repeat(32)}
recused	1	${'1'.repeat(32)}
end
`;

const WRONG = [
  [1, 'chengheng-draw/1', 'chengheng-draw/2'], [2, 'sm', 'md5'], [2, 'sm', 'constructor'], [3, 'title\t抽查', 'title\t抽\t查'],
  [3, 'title\t', 'titel\t'], [6, '0'.repeat(64), '0'.repeat(63)], [6, 'secret\t00', 'secret\tAA'], [7, 'lottery', 'dice'], [7, 'lottery', 'toString'],
  [7, '\t6/1-33;1/1-16', ''], [7, '6/1-33', '6/33-1'], [7, '6/1-33', '6/1-33;'], [7, '6/1-33', '06/1-33'], [7, '6/1-33', '34/1-33'],
  [8, 'general', 'usual'], [9, 'A02', 'A01'], [9, 'A02', 'A00'], [10, '1137\t2', '1137\t0'], [10, '1137\t2', '1137\t2 '],
  [12, '0,1', '0,2'], [12, '0,1', '1,1'], [12, '0,1', '1,0'], [13, 'ZF1', 'ZF0'], [13, 'ZF1', 'ZE9'], [12, 'ZF0\t0,1', 'ZF0\t'], [12, '0,1\t0', '0,1\t-1'], [12, '0,1\t0', '0,1\t00'],
  [14, '250000', '1000001'], [14, '250000\t0\t', '250000\t0,0\t'], [14, '250000\t0\t', '250000\t1,0\t'], [17, '0\t2\n1', '0\t3\n1'], [16, '0\t2\n1', '0\t1\n1'],
  [15, '1'.repeat(32), 'G'.repeat(32)], [15, '1'.repeat(32), '1'.repeat(31)], [16, '2'.repeat(32), '1'.repeat(32)], [16, '2'.repeat(32), '0'.repeat(32)],
  [18, '3'.repeat(32), '2'.repeat(32)], [18, `\n${'3'.repeat(32)}`, `\n${'3'.repeat(32)}\r`], [19, 'recused\t0', 'recused\t2'],
  [20, 'recused\t1', 'recused\t0'], [20, `recused\t1\t${'1'.repeat(32)}\n`, ''.concat('recused\t1\t', '1'.repeat(33), '\n')],
  [21, 'end\n', 'end'], [21, 'end\n', ''], [21, 'end\n', 'END\n'], [21, 'end\n', 'end\n\n'], [21, 'end\n', '\nend\n'],
];

describe('the text of a frame (R61)', () => {
  test('what is written is what is read (R61)', () => {
    const frame = parseFrame(FRAME);
    assert.equal(frame.objects, 3);
    assert.deepEqual(frame.layers.map(({ share, posts, size }) => [share, posts, size]), [[250000, [0], 2], [1000000, [], 1]]);
    assert.deepEqual(frame.inspectors[0], { certificate: 'ZF0', posts: [0, 1], visits: 0 });
    assert.deepEqual([...frame.recused], [['1'.repeat(32), [0, 1]]]);
  });

  test('each deviation is named with its line (R61)', () => {
    for (const [line, from, to] of WRONG) {
      const forged = FRAME.replace(from, to);
      assert.notEqual(forged, FRAME, `${line}: ${from}`);
      assert.throws(() => parseFrame(forged), (error) => error.message.startsWith(`名单第 ${line} 行`) || assert.fail(`${line}: ${from} → ${to}: ${error.message}`));
    }
  });
});
