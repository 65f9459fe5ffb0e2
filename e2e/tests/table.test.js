// The tables of the other tests are right: their codes pass the platform's own check.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { binary } from '../lib/city.js';
import { brokenCode, code, csv } from '../lib/table.js';

function verdicts(codes) {
  try {
    return execFileSync(binary, ['code', 'check'], { input: codes.join('\n'), encoding: 'utf8' });
  } catch (error) {
    return error.stdout;
  }
}

test('invented codes are valid and broken ones are not (R35)', () => {
  const good = Array.from({ length: 40 }, (_, number) => code(number * 7 + 1));
  const lines = verdicts([...good, brokenCode(1)]).trim().split('\n');
  assert.ok(lines.slice(0, 40).every((line) => line.split('\t')[1] === 'valid'), lines.join('\n'));
  assert.equal(lines[40].split('\t')[1], 'invalid');
});

test('cells with commas and quotes are quoted', () => {
  assert.equal(csv(['a', 'b'], [{ a: 'x,y', b: '"z"' }, { a: 1 }]), '\ufeffa,b\n"x,y","""z"""\n1,\n');
});
