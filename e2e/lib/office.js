// A small folder with one organ, its inspectors and the visits they are to make, served by the real binary.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, serveAgain } from './city.js';
import { code, csv } from './table.js';

const ORGAN = '11370400MAY0000175';
const TODAY = '2026-06-01';
export const TEAM = ['鲁D-市监-201', '鲁D-市监-202'];
export const PHONE = 'phone';

const last = (said) => JSON.parse(said.trim().split('\n').at(-1));

/** Makes the folder and serves it; `visits` names entities by number and how far each visit has come. */
export async function startOffice(visits) {
  const folder = mkdtempSync(join(tmpdir(), 'chengheng-field-'));
  const data = join(folder, 'city');
  const call = (...words) => last(run(...words, '--data', data, '--today', TODAY, '--json'));
  const set = (fields) => Object.entries(fields).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const begin = (noun, verb, fields) => call('procedure', 'begin', noun, verb, '--organ', ORGAN, ...set(fields)).procedure;
  const act = (id, verb, fields) => call('procedure', 'act', String(id), verb, '--organ', ORGAN, ...set(fields));
  call('organ', 'add', ORGAN, '枣庄市拟设市场监督管理局');
  const { password } = call('account', 'add', PHONE, '--role', 'organ', '--organ', ORGAN, '--title', '检查员甲');
  const register = join(folder, 'register.csv');
  const rows = visits.map(({ number }) => ({ 统一社会信用代码: code(number), 名称: nameOf(number) }));
  writeFileSync(register, csv(['统一社会信用代码', '名称'], rows));
  call('entity', 'import', register);
  TEAM.forEach((certificate, at) => begin('inspector', 'enrol', {
    certificate, called: `拟检查员${at + 1}`, lines: 'market', until: '2030-01-01', account: at === 0 ? PHONE : '',
  }));
  const ids = visits.map(({ number, approved }) => {
    const id = begin('visit', 'assign', { entity: code(number), exception: 'complaint', words: '多人投诉', items: 'annual-report', team: TEAM.join(','), until: '2026-12-31' });
    if (approved) {
      act(id, 'approve', { document_name: '行政检查审批表', document_number: `检审${number}号`, document_on: TODAY });
      act(id, 'notify', { delivery_method: 'direct', delivery_proof: `送达回证${number}号`, delivery_on: TODAY });
    }
    return id;
  });
  const served = await serveAgain({ data }, TODAY);
  return {
    address: served.address,
    password,
    ids,
    /** The steps of a visit, as the ledger has them. */
    steps: (id) => call('procedure', 'show', String(id), '--organ', ORGAN).steps.map((step) => step.what),
    async stop() {
      await served.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const nameOf = (number) => `枣庄拟查${number}号商贸有限公司`;
