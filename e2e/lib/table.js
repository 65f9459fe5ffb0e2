// Tables to hand in, with invented codes whose check digits are right (GB 32100, GB 11714).

const LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const ORGAN_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** Check digit of the nine-digit organisation part; its letters count as in GB 11714. */
function organDigit(body) {
  const worth = (c) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(c);
  const sum = [...body].reduce((sum, c, at) => sum + worth(c) * ORGAN_WEIGHTS[at], 0);
  const digit = (11 - (sum % 11)) % 11;
  return digit === 10 ? 'X' : String(digit);
}

/** Completes the first seventeen places of a unified code. */
function codeDigit(body) {
  let weight = 1;
  let sum = 0;
  for (const c of body) {
    sum += LETTERS.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return LETTERS[(31 - (sum % 31)) % 31];
}

/** An invented code of an enterprise in the city; `number` makes it one of its own. */
export function code(number) {
  const organisation = `MAYT${String(number).padStart(4, '0')}`;
  const body = `91370402${organisation}${organDigit(organisation)}`;
  return body + codeDigit(body);
}

/** A code with its last place changed. */
export function brokenCode(number) {
  const good = code(number);
  const wrong = LETTERS[(LETTERS.indexOf(good.at(-1)) + 1) % 31];
  return good.slice(0, -1) + wrong;
}

/** A CSV text: header, then rows given as objects; what a row does not name stays empty. */
export function csv(header, rows) {
  const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (row) => header.map((name) => cell(String(row[name] ?? ''))).join(',');
  return `\ufeff${header.map(cell).join(',')}\n${rows.map(line).join('\n')}\n`;
}
