// Plans to draw from: invented cities, small ones with everything in them and one of a million objects.

import '../../crates/web/assets/draw.js';
import { createHash } from 'node:crypto';
import { commitment, dice, frameDigest, ticketOf, saltOf } from './draw.js';

const { parseFrame, drawObjects, drawTeams, parts } = globalThis.ChenghengDraw;
const { curve, sha512, hex, unhex } = parts;

export const code = (number) => `91370000${String(number).padStart(10, '0')}`;
const certificate = (number) => `ZF${String(number).padStart(4, '0')}`;
const VALUES = ['市监局封存的数值一二三四五六七八', 'sixteen characters and some more'];
const KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** Some numbers below `n`, ascending, each at the chance of one in `often`. */
const some = (roll, n, often) => Array.from({ length: n }, (_, at) => at).filter(() => roll(often) === 0);

/** A city of many shapes: empty layers, layers without posts, unable inspectors, many recusals. */
export function plan(start, suite = start % 2 === 0 ? 'sm' : 'sha') {
  const roll = dice(start);
  let next = 1;
  const posts = Array.from({ length: 1 + roll(4) }, (_, at) => ({ organ: `1137000000${at}`, size: 1 + roll(3) }));
  const held = (count) => {
    const found = some(roll, count, 2);
    return found.length > 0 ? found : [roll(count)];
  };
  const inspectors = Array.from({ length: 1 + roll(40) }, (_, at) => ({ certificate: certificate(at), posts: held(posts.length), visits: roll(3) * roll(3) }));
  const layers = Array.from({ length: 1 + roll(4) }, () => ({
    share: [0, 30_000, 250_000, 333_333, 1_000_000][roll(5)],
    posts: some(roll, posts.length, 2),
    codes: Array.from({ length: roll(60) }, () => code(next++)),
  }));
  const codes = layers.flatMap((layer) => layer.codes);
  const recused = inspectors.flatMap((_, at) => codes.filter(() => roll(12) === 0).map((one) => [at, one]));
  return {
    suite, posts, inspectors, layers, recused,
    title: '2026 年第三季度“双随机、一公开”抽查',
    organ: '11370000004503', law: 'ab'.repeat(32), secret: Buffer.alloc(32, start + 1),
    seed: ['lottery', '双色球', '2026103', '2026-09-08', '6/1-33;1/1-16'],
    items: [['A01', '113700001', 'general'], ['A02', '113700002', 'key']],
  };
}

export const NUMBERS = { source: 'lottery', numbers: [[33, 2, 7, 19, 21, 30], [16]] };

export function withParties(base) {
  const names = ['市场监管局', '企业联合会'];
  const seed = ['parties', ...names.flatMap((name, at) => [name, commitment(base.suite, name, VALUES[at])])];
  return [{ ...base, seed }, { source: 'parties', values: VALUES }];
}

export function withProof(base) {
  return [{ ...base, seed: ['vrf', hex(prove(unhex(KEY), new Uint8Array()).key)] }, (digest) => {
    const { proof, proven } = prove(unhex(KEY), digest);
    return { source: 'vrf', proof: hex(proof), proven: hex(proven) };
  }];
}

/** RFC 9381, 5.1, which the page does not need: only the owner of a key proves. */
export function prove(secret, text) {
  const { BASE, ORDER, times, encodePoint, pointOfText, littleEndian } = curve;
  const expanded = sha512(secret);
  expanded[0] &= 248;
  expanded[31] = (expanded[31] & 127) | 64;
  const scalar = littleEndian(expanded.subarray(0, 32));
  const key = encodePoint(times(BASE, scalar));
  const h = pointOfText(key, text);
  const gamma = times(h, scalar);
  const nonce = littleEndian(sha512(expanded.subarray(32), encodePoint(h))) % ORDER;
  const points = [h, gamma, times(BASE, nonce), times(h, nonce)].map(encodePoint);
  const challenge = sha512(Uint8Array.of(3, 2), key, ...points, Uint8Array.of(0)).subarray(0, 16);
  let rest = (nonce + littleEndian(challenge) * scalar) % ORDER;
  const response = Uint8Array.from({ length: 32 }, () => {
    const byte = Number(rest & 255n);
    rest >>= 8n;
    return byte;
  });
  const proof = new Uint8Array([...points[1], ...challenge, ...response]);
  return { key, proof, proven: sha512(Uint8Array.of(3, 3), encodePoint(times(gamma, 8n)), Uint8Array.of(0)) };
}

/** A large file; its teams come from the page's script itself, for the plain way would take hours. */
export function largeDraw(objects, drawn, count, suite = 'sm') {
  const big = { suite, secret: Buffer.alloc(32, 7) };
  const codes = new Map();
  const share = Math.round((drawn / objects) * 1_000_000);
  const lines = [0, 1].map((layer) => {
    const size = objects / 2;
    const tickets = Array.from({ length: size }, (_, at) => {
      const ticket = ticketOf(big, code(layer * size + at));
      codes.set(ticket, code(layer * size + at));
      return ticket;
    });
    return `layer\t${share}\t${layer === 0 ? '0,1' : '1,2'}\t${size}\n${tickets.sort().join('\n')}\n`;
  });
  const inspectors = Array.from({ length: count }, (_, at) => `inspector\t${certificate(at)}\t${[at % 3, 3].join(',')}\t${at % 5}\n`);
  const recused = [...codes.keys()].slice(0, 2000).map((ticket, at) => [at % count, ticket]).sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  const secret = hash(suite, 'secret', big.secret).toString('hex');
  const frame = [
    `chengheng-draw/1\nsuite\t${suite}\ntitle\t全市抽查\norgan\t1137\nlaw\t00\nsecret\t${secret}\n`,
    'seed\tlottery\t双色球\t2026103\t2026-09-08\t6/1-33;1/1-16\n', ...[0, 1, 2, 3].map((at) => `post\t11${at}\t2\n`),
    ...inspectors, ...lines, ...recused.map((pair) => `recused\t${pair.join('\t')}\n`), 'end\n',
  ].join('');
  return fileOf(big, frame, codes);
}

const hash = (suite, purpose, ...bytes) => {
  const out = createHash(suite === 'sm' ? 'sm3' : 'sha256').update(`chengheng-draw/1 ${purpose}\0`);
  for (const part of bytes) out.update(part);
  return out.digest();
};

function fileOf(big, text, codes) {
  const digest = frameDigest(big.suite, text);
  const frame = parseFrame(text);
  const seed = hash(big.suite, 'seed', digest, 'lottery:2,7,19,21,30,33;16');
  const { drawn, reserves } = drawObjects(frame, seed);
  const { teams, short, tight, loads } = drawTeams(frame, seed, drawn);
  const open = (object) => ({ ...object, code: codes.get(object.ticket), salt: saltOf(big, codes.get(object.ticket)).toString('hex'), teams: teams.get(object.ticket) });
  return {
    format: 'chengheng-draw/1', frame: text, digest: digest.toString('hex'), frozen: { entry: 1, on: '2026-09-01' },
    seed: { ...NUMBERS, value: seed.toString('hex') }, drawn: drawn.map(open), reserves, short, tight, loads, changes: [],
  };
}
