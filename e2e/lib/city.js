// A demo city of its own for each test file: the real binary, a fresh folder, a free port.

import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 5 * 60 * 1000;
const ENTITIES = '300';

export const binary = process.env.CHENGHENG;

/** Starts a demo city; resolves when it can be called. */
export async function startCity() {
  if (!binary) throw new Error('CHENGHENG names no binary; run `cargo xtask browser`');
  const folder = mkdtempSync(join(tmpdir(), 'chengheng-e2e-'));
  const data = join(folder, 'city');
  const served = await start('demo', '--entities', ENTITIES, '--data', data);
  const logins = served.said.matchAll(/^ +(\S+)\t(\S+)\t/gm);
  return {
    address: served.address,
    data,
    folder,
    key: join(data, 'keys', 'ledger.pub'),
    logins: Object.fromEntries([...logins].map(([, name, password]) => [name, password])),
    async stop() {
      await served.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens another account of a role, beside those the demo comes with; returns its password. */
export function addAccount(city, name, role) {
  const said = run('account', 'add', name, '--role', role, '--data', city.data, '--json');
  city.logins[name] = JSON.parse(lastLine(said)).password;
}

const lastLine = (said) => said.trim().split('\n').at(-1);

/** Serves the same folder once more, on another day. */
export function serveAgain(city, today) {
  return start('serve', '--data', city.data, '--today', today);
}

/** Runs a command of the binary; returns what it printed, or throws with its exit code. */
export function run(...words) {
  return execFileSync(binary, words, { encoding: 'utf8' });
}

async function start(...words) {
  const child = spawn(binary, [...words, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await until(child, /http:\/\/[\d.]+:\d+/);
  return {
    said,
    address: said.match(/http:\/\/[\d.]+:\d+/)[0],
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Everything printed until a second after the pattern showed, so that what follows it is read too. */
function until(child, pattern) {
  return new Promise((done, fail) => {
    let said = '';
    let timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`no address after ${PATIENCE / 1000} s:\n${said}`));
    }, PATIENCE);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`the demo ended with ${code}:\n${said}`));
    });
    let seen = false;
    child.stdout.on('data', (part) => {
      said += part;
      if (!seen && pattern.test(said)) {
        seen = true;
        clearTimeout(timer);
        timer = setTimeout(() => done(said), 1000);
      }
    });
  });
}
