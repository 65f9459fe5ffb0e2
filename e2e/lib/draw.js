// Makes published draws as docs/DRAW.md says, the plain way: whole lists, BigInt, Node's own digests.
// It shares nothing with the page's script, so that the two can disagree.

import { createHash } from 'node:crypto';

const FORMAT = 'chengheng-draw/1';
const MILLION = 1_000_000n;
const ZERO = Buffer.of(0);

const digestOf = (suite, ...parts) => {
  const hash = createHash(suite === 'sm' ? 'sm3' : 'sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const sealed = (suite, purpose, ...parts) => digestOf(suite, `${FORMAT} ${purpose}`, ZERO, ...parts);

export const saltOf = ({ suite, secret }, code) => sealed(suite, 'salt', secret, code).subarray(0, 16);
export const ticketOf = (plan, code) => sealed(plan.suite, 'ticket', saltOf(plan, code), code).subarray(0, 16).toString('hex');
export const commitment = (suite, name, value) => sealed(suite, 'commit', name, ZERO, value).toString('hex');
export const frameDigest = (suite, text) => sealed(suite, 'frame', text);

/** Words of a stream, and numbers below another. */
export function stream(suite, seed, label) {
  let words = [];
  let blocks = 0n;
  const word = () => {
    if (words.length === 0) {
      const count = Buffer.alloc(8);
      count.writeBigUInt64BE(blocks++);
      const block = sealed(suite, 'stream', seed, label, ZERO, count);
      words = [0, 8, 16, 24].map((at) => block.readBigUInt64BE(at));
    }
    return words.shift();
  };
  return (n) => {
    const [size, all] = [BigInt(n), 1n << 64n];
    for (;;) {
      const next = word();
      if (next < all - (all % size)) return Number(next % size);
    }
  };
}

const exchange = (list, a, b) => ([list[a], list[b]] = [list[b], list[a]]);

function shuffle(list, below) {
  const out = [...list];
  for (let i = 0; i < out.length; i++) exchange(out, i, i + below(out.length - i));
  return out;
}

/** The plan's layers with tickets in order, each with its code. */
function layersOf(plan) {
  return plan.layers.map(({ share, posts, codes }) => {
    const objects = codes.map((code) => ({ code, ticket: ticketOf(plan, code) }));
    return { share, posts, objects: objects.sort((a, b) => (a.ticket < b.ticket ? -1 : 1)) };
  });
}

function recusedOf(plan) {
  const pairs = plan.recused.map(([inspector, code]) => [inspector, ticketOf(plan, code)]);
  return pairs.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
}

export function frameText(plan) {
  const lines = [[FORMAT], ['suite', plan.suite], ['title', plan.title], ['organ', plan.organ], ['law', plan.law]];
  lines.push(['secret', sealed(plan.suite, 'secret', plan.secret).toString('hex')], ['seed', ...plan.seed]);
  for (const item of plan.items) lines.push(['item', ...item]);
  for (const { organ, size } of plan.posts) lines.push(['post', organ, size]);
  for (const { certificate, posts, visits } of plan.inspectors) lines.push(['inspector', certificate, posts.join(','), visits]);
  for (const { share, posts, objects } of layersOf(plan)) {
    lines.push(['layer', share, posts.join(','), objects.length], ...objects.map(({ ticket }) => [ticket]));
  }
  for (const pair of recusedOf(plan)) lines.push(['recused', ...pair]);
  lines.push(['end']);
  return lines.map((line) => `${line.join('\t')}\n`).join('');
}

function materialOf(plan, given) {
  if (given.source === 'lottery') {
    return `lottery:${given.numbers.map((group) => [...group].sort((a, b) => a - b).join(',')).join(';')}`;
  }
  if (given.source === 'vrf') return `vrf:${given.proven}`;
  return `parties:${given.values.map((value) => sealed(plan.suite, 'reveal', value).toString('hex')).join(',')}`;
}

function objectsOf(plan, seed) {
  const [drawn, reserves] = [[], []];
  layersOf(plan).forEach(({ share, objects }, layer) => {
    const below = stream(plan.suite, seed, `layer ${layer}`);
    const due = BigInt(objects.length) * BigInt(share);
    let quota = Number(due / MILLION);
    const rest = due % MILLION;
    if (rest !== 0n && BigInt(below(1_000_000)) < rest) quota += 1;
    const order = objects.map((_, at) => at);
    const called = Math.min(objects.length, 2 * quota);
    for (let i = 0; i < called; i++) exchange(order, i, i + below(objects.length - i));
    order.slice(0, called).forEach((at, place) => {
      const { ticket, code } = objects[at];
      (place < quota ? drawn : reserves).push({ layer, place, at, ticket, code });
    });
  });
  return { drawn, reserves };
}

/** Who may do a job, apart from who stands in its team. */
function rights(plan) {
  const recused = new Set(recusedOf(plan).map(([inspector, ticket]) => `${inspector} ${ticket}`));
  const isRecused = (inspector, ticket) => recused.has(`${inspector} ${ticket}`);
  const holds = (inspector, post) => plan.inspectors[inspector].posts.includes(post);
  const everybody = plan.inspectors.map((_, inspector) => inspector);
  const able = (job) => everybody.filter((one) => holds(one, job.post) && !isRecused(one, job.ticket) && !job.team.includes(one));
  return { able, isRecused, holds, everybody };
}

/** §8.1–4, by looking through all jobs again at each step. */
export function evenedOut(jobs, loads, able) {
  const settled = new Set();
  const groups = [];
  for (;;) {
    const free = loads.map((_, one) => one).filter((one) => !settled.has(one));
    if (free.length === 0) return groups;
    const start = free.reduce((most, one) => (loads[one] > loads[most] ? one : most));
    const from = new Map([[start, null]]);
    const end = breadth(start, from, jobs, loads, able);
    if (end === null) {
      const members = [...from.keys()].filter((one) => !settled.has(one)).sort((a, b) => a - b);
      members.forEach((one) => settled.add(one));
      groups.push(members);
      continue;
    }
    for (let taker = end; from.get(taker) !== null; taker = from.get(taker).giver) {
      const { giver, job } = from.get(taker);
      job.team[job.team.indexOf(giver)] = taker;
    }
    loads[start] -= 1;
    loads[end] += 1;
  }
}

function breadth(start, from, jobs, loads, able) {
  for (const giver of from.keys()) {
    for (const job of jobs.filter(({ team }) => team.includes(giver))) {
      for (const taker of able(job)) {
        if (from.has(taker)) continue;
        from.set(taker, { giver, job });
        if (loads[taker] <= loads[start] - 2) return taker;
      }
    }
  }
  return null;
}

function tight(groups, jobs, loads) {
  const of = (group) => group.map((one) => loads[one]);
  const found = groups.filter((group) => groups.some((other) => other !== group && Math.min(...of(other)) <= Math.max(...of(group)) - 2));
  return found.map((inspectors) => {
    const theirs = jobs.filter(({ team }) => team.some((one) => inspectors.includes(one)));
    return { inspectors, posts: [...new Set(theirs.map(({ post }) => post))].sort((a, b) => a - b), jobs: theirs.length };
  });
}

function teamsOf(plan, seed, drawn) {
  const { able, isRecused, holds, everybody } = rights(plan);
  const listed = drawn.flatMap(({ layer, ticket }) => plan.layers[layer].posts.map((post) => ({ ticket, post, team: [] })));
  const jobs = shuffle(listed, stream(plan.suite, seed, 'jobs'));
  const loads = plan.inspectors.map(({ visits }) => visits);
  const below = stream(plan.suite, seed, 'teams');
  for (const job of jobs) {
    while (job.team.length < plan.posts[job.post].size) {
      const least = Math.min(...able(job).map((one) => loads[one]));
      const chosen = able(job).filter((one) => loads[one] === least);
      if (chosen.length === 0) break;
      job.team.push(chosen[below(chosen.length)]);
      loads[job.team.at(-1)] += 1;
    }
  }
  const groups = evenedOut(jobs, loads, able);
  const short = listed.filter(({ post, team }) => team.length < plan.posts[post].size).map(({ ticket, post, team }) => {
    const holders = everybody.filter((one) => holds(one, post));
    const recused = holders.filter((one) => isRecused(one, ticket)).length;
    return { ticket, post, lacking: plan.posts[post].size - team.length, holders: holders.length, recused };
  });
  const counted = loads.filter((_, one) => listed.some(({ post }) => holds(one, post)));
  const spread = counted.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...counted), most: Math.max(...counted) };
  return { listed, short, tight: tight(groups, jobs, loads), loads: spread };
}

/** What comes after the draw: `close(file)` and `recuse(file, …)` append a change to the file. */
function aftermath(plan, seed, file, reserves, open) {
  const { able } = rights(plan);
  const current = new Map(file.drawn.map((object) => [object.ticket, { ...object, teams: object.teams.map((team) => [...team]), late: [], count: new Map() }]));
  const incoming = (object, at) => {
    const post = plan.layers[object.layer].posts[at];
    const count = object.count.get(post) ?? 0;
    object.count.set(post, count + 1);
    const candidates = able({ post, ticket: object.ticket, team: object.teams[at] }).filter((one) => !object.late.includes(one));
    return shuffle(candidates, stream(plan.suite, seed, `redraw ${object.ticket} ${post} ${count}`))[0] ?? null;
  };
  const put = (team, out, one) => team.splice(team.indexOf(out), 1, ...(one === null ? [] : [one]));
  const close = (ticket, on = '2026-10-01', reason = '已注销') => {
    const object = current.get(ticket);
    const at = reserves.findIndex(({ layer }) => layer === object.layer);
    const [reserve] = reserves.splice(at, 1);
    const next = { ...open(reserve), teams: object.teams.map((team) => [...team]), late: [], count: new Map() };
    const recused = recusedOf(plan).filter(([, of]) => of === next.ticket).map(([one]) => one);
    next.teams.forEach((team, post) => {
      for (const member of [...team]) if (recused.includes(member)) put(team, member, incoming(next, post));
    });
    current.delete(ticket);
    current.set(next.ticket, next);
    const { late, count, ...by } = structuredClone(next);
    file.changes.push({ kind: 'replaced', on, reason, ticket, by });
  };
  const recuse = (ticket, at, place, on = '2026-10-02', reason = '发现利害关系') => {
    const object = current.get(ticket);
    const out = object.teams[at][place];
    object.late.push(out);
    const one = incoming(object, at);
    put(object.teams[at], out, one);
    file.changes.push({ kind: 'redrawn', on, reason, ticket, post: plan.layers[object.layer].posts[at], out, in: one });
  };
  return { close, recuse, current };
}

/** The file of a plan; `given` is its seed as in the file. Gives also what appends changes. */
export function makeDraw(plan, given, frame = frameText(plan)) {
  const digest = frameDigest(plan.suite, frame);
  const { proven, ...said } = typeof given === 'function' ? given(digest) : given;
  const seed = sealed(plan.suite, 'seed', digest, materialOf(plan, { ...said, proven }));
  const { drawn, reserves } = objectsOf(plan, seed);
  const { listed, short, tight: groups, loads } = teamsOf(plan, seed, drawn);
  const open = ({ layer, place, at, ticket, code }) => ({ layer, place, at, ticket, code, salt: saltOf(plan, code).toString('hex') });
  const file = {
    format: FORMAT,
    frame,
    digest: digest.toString('hex'),
    frozen: { entry: 1024, on: '2026-09-01' },
    seed: { ...said, value: seed.toString('hex') },
    drawn: drawn.map((object) => ({ ...open(object), teams: listed.filter(({ ticket }) => ticket === object.ticket).map(({ team }) => team) })),
    reserves: reserves.map(({ layer, place, at, ticket }) => ({ layer, place, at, ticket })),
    short,
    tight: groups,
    loads,
    changes: [],
  };
  return { file, ...aftermath(plan, seed, file, [...reserves], open) };
}

/** Another number below `n` at each call; always the same ones, so that a failing test fails again. */
export function dice(start) {
  let state = start >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
