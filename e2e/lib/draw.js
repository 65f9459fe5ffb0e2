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

export const saltOf = ({ suite, secret }, code) => digestOf(suite, 'salt', ZERO, secret, code).subarray(0, 16);
export const ticketOf = (plan, code) => digestOf(plan.suite, 'ticket', ZERO, saltOf(plan, code), code).subarray(0, 16).toString('hex');
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

/** Who may do a job, apart from who stands in its team; `order` is that in which they are named. */
function rights(plan, order) {
  const recused = new Set(recusedOf(plan).map(([inspector, ticket]) => `${inspector} ${ticket}`));
  const isRecused = (inspector, ticket) => recused.has(`${inspector} ${ticket}`);
  const holds = (inspector, post) => plan.inspectors[inspector].posts.includes(post);
  const able = (job) => order.filter((one) => holds(one, job.post) && !isRecused(one, job.ticket) && !job.team.includes(one));
  return { able, isRecused, holds };
}

/** §8.1–4, by looking through all jobs again at each step; `ranked` lists the inspectors concerned by rank. */
export function evenedOut(jobs, loads, able, ranked) {
  const settled = new Set();
  const groups = [];
  for (;;) {
    const free = ranked.filter((one) => !settled.has(one));
    if (free.length === 0) return groups;
    const start = free.reduce((most, one) => (loads[one] > loads[most] ? one : most));
    const from = new Map([[start, null]]);
    const end = breadth(start, from, jobs, loads, (job) => able(job).filter((one) => !settled.has(one)));
    if (end === null) {
      const members = [...from.keys()];
      members.forEach((one) => settled.add(one));
      groups.push(members.sort((a, b) => a - b));
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

function tight(groups, jobs, loads, least) {
  return groups.flatMap((inspectors) => {
    const theirs = jobs.filter(({ team }) => team.some((one) => inspectors.includes(one)));
    if (theirs.length === 0 || Math.max(...inspectors.map((one) => loads[one])) < least + 2) return [];
    return { inspectors, posts: [...new Set(theirs.map(({ post }) => post))].sort((a, b) => a - b), jobs: theirs.length };
  });
}

function teamsOf(plan, seed, drawn) {
  const ranked = shuffle(plan.inspectors.keys(), stream(plan.suite, seed, 'ranks'));
  const { able, isRecused, holds } = rights(plan, ranked);
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
  const concerned = ranked.filter((one) => listed.some(({ post }) => holds(one, post)));
  const groups = evenedOut(jobs, loads, able, concerned);
  const short = listed.filter(({ post, team }) => team.length < plan.posts[post].size).map(({ ticket, post, team }) => {
    const holders = ranked.filter((one) => holds(one, post));
    const recused = holders.filter((one) => isRecused(one, ticket)).length;
    return { ticket, post, lacking: plan.posts[post].size - team.length, holders: holders.length, recused };
  });
  const counted = concerned.length === 0 ? [0] : concerned.map((one) => loads[one]);
  const spread = { least: Math.min(...counted), most: Math.max(...counted) };
  return { listed, short, tight: tight(groups, jobs, loads, spread.least), loads: spread };
}

/**
 * What comes after the draw: `close(…)` and `recuse(…)` append changes to the file, or give false where §9 has
 * nothing written. What was closed brings the redraws that must follow.
 */
function aftermath(plan, seed, file, reserves, open) {
  const { able, isRecused } = rights(plan, [...plan.inspectors.keys()]);
  const opened = (object) => ({ ...object, teams: structuredClone(object.teams), late: [], count: new Map() });
  const current = new Map(file.drawn.map((object) => [object.ticket, opened(object)]));
  const incoming = (object, at) => {
    const post = plan.layers[object.layer].posts[at];
    const count = object.count.get(post) ?? 0;
    const candidates = able({ post, ticket: object.ticket, team: object.teams[at] }).filter((one) => !object.late.includes(one));
    const [first] = shuffle(candidates, stream(plan.suite, seed, `redraw ${object.ticket} ${post} ${count}`));
    if (first !== undefined) object.count.set(post, count + 1);
    return first;
  };
  const recuse = (ticket, at, place, on = '2026-10-02', reason = '发现利害关系') => {
    const object = current.get(ticket);
    const out = object.teams[at][place];
    object.late.push(out);
    const one = incoming(object, at);
    if (one === undefined) {
      object.late.pop();
      return false;
    }
    object.teams[at][place] = one;
    file.changes.push({ kind: 'redrawn', on, reason, ticket, post: plan.layers[object.layer].posts[at], out, in: one });
    return true;
  };
  const close = (ticket, on = '2026-10-01', reason = '已注销') => {
    const object = current.get(ticket);
    const at = reserves.findIndex((reserve) => reserve.layer === object.layer);
    if (at < 0) return false;
    const [reserve] = reserves.splice(at, 1);
    const written = file.changes.length;
    const next = opened({ ...open(reserve), teams: object.teams });
    current.delete(ticket);
    current.set(next.ticket, next);
    const { late, count, ...by } = structuredClone(next);
    file.changes.push({ kind: 'replaced', on, reason, ticket, by });
    const mustGo = by.teams.flatMap((team, post) => team.flatMap((one, place) => (isRecused(one, next.ticket) ? [[post, place]] : [])));
    if (mustGo.every(([post, place]) => recuse(next.ticket, post, place, on, reason))) return true;
    file.changes.length = written;
    reserves.splice(at, 0, reserve);
    current.delete(next.ticket);
    current.set(ticket, object);
    return false;
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
