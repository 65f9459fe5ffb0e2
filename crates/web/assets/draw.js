// Computes a draw again from its published file, as docs/DRAW.md says; section numbers below are that page's.
// It asks no server and no library: who doubts the draw needs this file and the published one, nothing else.
// WebCrypto is absent on plain http, as inside many government networks, so the digests are written out.
(function (root) {
  "use strict";

  const FORMAT = "chengheng-draw/1";
  const WHOLE = 1000000;
  const TWO32 = 4294967296;
  const NUL = new Uint8Array(1);
  const utf8 = new TextEncoder();

  /** What the file says is not what it should say; the text is for the reader of the page. */
  class Difference extends Error {}

  function differ(text) {
    throw new Difference(text);
  }

  function demand(holds, text) {
    if (!holds) differ(text);
  }

  // ---- bytes ----

  const bytesOf = (part) => (typeof part === "string" ? utf8.encode(part) : part);

  function join(parts) {
    const all = parts.map(bytesOf);
    const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of all) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  function hex(bytes) {
    let out = "";
    for (const byte of bytes) out += (byte < 16 ? "0" : "") + byte.toString(16);
    return out;
  }

  const isHex = (text, digits) => typeof text === "string" && text.length === digits && /^[0-9a-f]*$/.test(text);

  function unhex(text) {
    return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
  }

  // ---- constants of SHA-2: the fractions of roots of the first primes, computed because tables hide typing errors ----

  function primes(count) {
    const found = [];
    for (let next = 2; found.length < count; next++) {
      if (found.every((prime) => next % prime !== 0)) found.push(next);
    }
    return found;
  }

  /** The whole part of a root, found bit by bit; no root asked for here has more than 72 bits. */
  function wholeRoot(value, degree) {
    let out = 0n;
    for (let bit = 1n << 72n; bit > 0n; bit >>= 1n) {
      if ((out + bit) ** degree <= value) out += bit;
    }
    return out;
  }

  const MASK64 = (1n << 64n) - 1n;
  const fraction = (prime, degree) => wholeRoot(BigInt(prime) << (64n * degree), degree) & MASK64;
  const CUBE = primes(80).map((prime) => fraction(prime, 3n));
  const SQUARE = primes(8).map((prime) => fraction(prime, 2n));
  const upper = (word) => Number(word >> 32n);

  // ---- SHA-256 and SM3: both take blocks of 64 bytes into eight words of 32 bits ----

  const SHA_START = Int32Array.from(SQUARE, upper);
  const SHA_ROUND = Int32Array.from(CUBE.slice(0, 64), upper);
  const SM3_START = Int32Array.of(0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e);
  const SM3_ROUND = Int32Array.from({ length: 64 }, (_, round) => turn(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32));
  const words = new Int32Array(68);

  function turn(word, by) {
    return (word << by) | (word >>> ((32 - by) & 31));
  }

  function loadBlock(bytes, at) {
    for (let i = 0; i < 16; i++, at += 4) {
      words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
  }

  function shaBlock(state, bytes, at) {
    loadBlock(bytes, at);
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15];
      const y = words[i - 2];
      const low = ((x << 25) | (x >>> 7)) ^ ((x << 14) | (x >>> 18)) ^ (x >>> 3);
      const high = ((y << 15) | (y >>> 17)) ^ ((y << 13) | (y >>> 19)) ^ (y >>> 10);
      words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      const high = ((e << 26) | (e >>> 6)) ^ ((e << 21) | (e >>> 11)) ^ ((e << 7) | (e >>> 25));
      const first = (h + high + ((e & f) ^ (~e & g)) + SHA_ROUND[i] + words[i]) | 0;
      const low = ((a << 30) | (a >>> 2)) ^ ((a << 19) | (a >>> 13)) ^ ((a << 10) | (a >>> 22));
      const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  function sm3Block(state, bytes, at) {
    loadBlock(bytes, at);
    for (let i = 16; i < 68; i++) {
      const w = words[i - 3];
      const x = words[i - 16] ^ words[i - 9] ^ ((w << 15) | (w >>> 17));
      const y = words[i - 13];
      words[i] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((y << 7) | (y >>> 25)) ^ words[i - 6];
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      const a12 = (a << 12) | (a >>> 20);
      const sum = (a12 + e + SM3_ROUND[i]) | 0;
      const one = (sum << 7) | (sum >>> 25);
      const choose = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const select = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const left = (choose + d + (one ^ a12) + (words[i] ^ words[i + 4])) | 0;
      const right = (select + h + one + words[i]) | 0;
      d = c;
      c = (b << 9) | (b >>> 23);
      b = a;
      a = left;
      h = g;
      g = (f << 19) | (f >>> 13);
      f = e;
      e = right ^ ((right << 9) | (right >>> 23)) ^ ((right << 17) | (right >>> 15));
    }
    state[0] ^= a;
    state[1] ^= b;
    state[2] ^= c;
    state[3] ^= d;
    state[4] ^= e;
    state[5] ^= f;
    state[6] ^= g;
    state[7] ^= h;
  }

  const SUITES = { sha: { start: SHA_START, block: shaBlock }, sm: { start: SM3_START, block: sm3Block } };

  /** Bytes may come in parts; whole blocks are read where they lie. */
  class Hasher {
    constructor(suite) {
      this.block = SUITES[suite].block;
      this.state = Int32Array.from(SUITES[suite].start);
      this.rest = new Uint8Array(64);
      this.filled = 0;
      this.length = 0;
    }

    update(bytes) {
      let at = 0;
      this.length += bytes.length;
      while (at < bytes.length && (this.filled > 0 || bytes.length - at < 64)) {
        this.rest[this.filled++] = bytes[at++];
        if (this.filled === 64) {
          this.block(this.state, this.rest, 0);
          this.filled = 0;
        }
      }
      const { block, state } = this;
      const last = bytes.length - 64;
      for (; at <= last; at += 64) block(state, bytes, at);
      if (at < bytes.length) {
        this.rest.set(bytes.subarray(at));
        this.filled = bytes.length - at;
      }
      return this;
    }

    digest() {
      const length = this.length;
      const padding = new Uint8Array((length % 64 < 56 ? 56 : 120) - (length % 64) + 8);
      padding[0] = 0x80;
      const end = new DataView(padding.buffer, padding.length - 8);
      end.setUint32(0, Math.floor((length * 8) / TWO32));
      end.setUint32(4, (length * 8) % TWO32);
      this.update(padding);
      const out = new Uint8Array(32);
      const view = new DataView(out.buffer);
      this.state.forEach((word, at) => view.setInt32(4 * at, word));
      return out;
    }
  }

  const digest = (suite, bytes) => new Hasher(suite).update(bytesOf(bytes)).digest();

  /** Digest over parts after the purpose it serves, so that no digest can be passed off as another. */
  function sealed(suite, purpose, ...parts) {
    return digest(suite, join([`${FORMAT} ${purpose}`, NUL, ...parts]));
  }

  /** §5: what a party publishes before the frame is frozen. */
  const commitment = (suite, name, value) => hex(sealed(suite, "commit", name, NUL, value));

  // ---- SHA-512, for proofs only: short texts, so plain BigInt does ----

  const turn64 = (word, by) => ((word >> by) | (word << (64n - by))) & MASK64;

  function sha512Block(state, view, at) {
    const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const low = turn64(w[i - 15], 1n) ^ turn64(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const high = turn64(w[i - 2], 19n) ^ turn64(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w.push((w[i - 16] + low + w[i - 7] + high) & MASK64);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const high = turn64(e, 14n) ^ turn64(e, 18n) ^ turn64(e, 41n);
      const first = h + high + ((e & f) ^ ((e ^ MASK64) & g)) + CUBE[i] + w[i];
      const low = turn64(a, 28n) ^ turn64(a, 34n) ^ turn64(a, 39n);
      const second = low + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK64, c, b, a, (first + second) & MASK64];
    }
    return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) & MASK64);
  }

  function sha512(...parts) {
    const message = join(parts);
    const padded = new Uint8Array(128 * Math.ceil((message.length + 17) / 128));
    padded.set(message);
    padded[message.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setBigUint64(padded.length - 8, BigInt(8 * message.length));
    let state = SQUARE;
    for (let at = 0; at < padded.length; at += 128) state = sha512Block(state, view, at);
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((word, i) => out.setBigUint64(8 * i, word));
    return new Uint8Array(out.buffer);
  }

  // ---- edwards25519 (RFC 8032) and proofs of RFC 9381: only public values occur, so time may vary ----

  const P = (1n << 255n) - 19n;
  const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
  const modP = (value) => ((value % P) + P) % P;

  function power(base, exponent) {
    let out = 1n;
    for (let rest = exponent, square = modP(base); rest > 0n; rest >>= 1n, square = (square * square) % P) {
      if (rest & 1n) out = (out * square) % P;
    }
    return out;
  }

  const inverse = (value) => power(value, P - 2n);
  const D = modP(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
  const IDENTITY = [0n, 1n, 1n, 0n];

  /** Sum of two points in extended coordinates; the formula holds for equal points too. */
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = modP((y1 - x1) * (y2 - x2));
    const b = modP((y1 + x1) * (y2 + x2));
    const c = modP(2n * D * t1 * t2);
    const d = modP(2n * z1 * z2);
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [modP(e * f), modP(g * h), modP(f * g), modP(e * h)];
  }

  const negative = ([x, y, z, t]) => [modP(-x), y, z, modP(-t)];

  function times(point, factor) {
    let out = IDENTITY;
    for (let rest = factor, double = point; rest > 0n; rest >>= 1n, double = add(double, double)) {
      if (rest & 1n) out = add(out, double);
    }
    return out;
  }

  const isIdentity = ([x, y, z]) => x === 0n && y === z;
  const littleEndian = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

  function encodePoint([x, y, z]) {
    const scale = inverse(z);
    let rest = modP(y * scale) | ((modP(x * scale) & 1n) << 255n);
    const out = new Uint8Array(32);
    for (let at = 0; at < 32; at++, rest >>= 8n) out[at] = Number(rest & 255n);
    return out;
  }

  /** The point of 32 bytes as RFC 8032, 5.1.3 reads them, or null where there is none. */
  function decodePoint(bytes) {
    const all = littleEndian(bytes);
    const y = all & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const square = modP((y * y - 1n) * inverse(D * y * y + 1n));
    let x = power(square, (P + 3n) / 8n);
    if (modP(x * x - square) !== 0n) x = (x * ROOT_OF_MINUS_ONE) % P;
    if (modP(x * x - square) !== 0n) return null;
    const odd = all >> 255n;
    if (x === 0n && odd === 1n) return null;
    if ((x & 1n) !== odd) x = P - x;
    return [x, y, 1n, modP(x * y)];
  }

  const BASE = decodePoint(unhex("58" + "66".repeat(31)));
  const octet = (value) => Uint8Array.of(value);
  const VRF_SUITE = 3;

  /** RFC 9381, 5.4.1.1. */
  function pointOfText(key, text) {
    for (let attempt = 0; attempt < 256; attempt++) {
      const hashed = sha512(octet(VRF_SUITE), octet(1), key, text, octet(attempt), octet(0));
      const point = decodePoint(hashed.subarray(0, 32));
      if (!point) continue;
      const cleared = times(point, 8n);
      if (!isIdentity(cleared)) return cleared;
    }
    return null;
  }

  /** RFC 9381, 5.4.5: the point of a key, or null. A key of small order would let its owner choose among results. */
  function keyPoint(key) {
    const owner = decodePoint(key);
    return owner && !isIdentity(times(owner, 8n)) ? owner : null;
  }

  /** RFC 9381, 5.3: the 64 bytes that the proof proves for the text, or null. */
  function verifyProof(key, text, proof) {
    if (key.length !== 32 || proof.length !== 80) return null;
    const owner = keyPoint(key);
    if (!owner) return null;
    const gamma = decodePoint(proof.subarray(0, 32));
    const challenge = littleEndian(proof.subarray(32, 48));
    const response = littleEndian(proof.subarray(48));
    if (!gamma || response >= ORDER) return null;
    const h = pointOfText(key, text);
    if (!h) return null;
    const u = add(times(BASE, response), negative(times(owner, challenge)));
    const v = add(times(h, response), negative(times(gamma, challenge)));
    const points = [owner, h, gamma, u, v].map(encodePoint);
    const again = sha512(octet(VRF_SUITE), octet(2), ...points, octet(0)).subarray(0, 16);
    if (littleEndian(again) !== challenge) return null;
    return sha512(octet(VRF_SUITE), octet(3), encodePoint(times(gamma, 8n)), octet(0));
  }

  // ---- §6: numbers ----

  /** `2^64 mod n` and `(high, low) mod n` by halves of 16 bits: no product leaves the exact numbers for n up to 2^32. */
  function remainder(high, low, n) {
    let out = high % n;
    out = (out * 65536 + (low >>> 16)) % n;
    return (out * 65536 + (low & 0xffff)) % n;
  }

  class Stream {
    constructor(suite, seed, label) {
      this.suite = suite;
      this.head = join([`${FORMAT} stream`, NUL, seed, label, NUL, new Uint8Array(8)]);
      this.count = new DataView(this.head.buffer, this.head.length - 8);
      this.blocks = 0;
      this.place = 32;
      this.view = null;
    }

    /** Makes `high` and `low` the next word. */
    next() {
      if (this.place === 32) {
        this.count.setUint32(0, Math.floor(this.blocks / TWO32));
        this.count.setUint32(4, this.blocks % TWO32);
        this.view = new DataView(digest(this.suite, this.head).buffer);
        this.blocks += 1;
        this.place = 0;
      }
      this.high = this.view.getUint32(this.place);
      this.low = this.view.getUint32(this.place + 4);
      this.place += 8;
    }

    below(n) {
      const excess = (remainder(TWO32 - 1, -1, n) + 1) % n;
      do this.next();
      while (excess > 0 && this.high === TWO32 - 1 && this.low >= TWO32 - excess);
      return remainder(this.high, this.low, n);
    }
  }

  // ---- §3: the frame ----

  /** Sources of a seed, and the member of the file that gives what they gave. */
  const SEED = { lottery: "numbers", parties: "values", vrf: "proof" };
  const DECIMAL = /^(0|[1-9][0-9]{0,14})$/;

  /** Reads the text of a frame line by line and names the line that is not as it should be. */
  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.text = new TextDecoder("utf-8", { ignoreBOM: true });
      this.at = 0;
      this.line = 0;
      this.advance();
    }

    advance() {
      this.line += 1;
      if (this.at === this.bytes.length) {
        this.fields = null;
        return;
      }
      const end = this.bytes.indexOf(10, this.at);
      demand(end >= 0, `名单第 ${this.line} 行没有以换行结束`);
      this.fields = this.text.decode(this.bytes.subarray(this.at, end)).split("\t");
      this.at = end + 1;
    }

    fail(text) {
      differ(`名单第 ${this.line} 行${text}`);
    }

    is(word) {
      return this.fields !== null && this.fields[0] === word;
    }

    /** The fields after the word that opens the line; `count` of them where it is known. */
    take(word, count) {
      if (!this.is(word)) this.fail(`应以“${word}”开头，实际是“${this.fields === null ? "文本结束" : this.fields[0].slice(0, 40)}”`);
      const fields = this.fields.slice(1);
      if (count !== undefined && fields.length !== count) this.fail(`应有 ${count + 1} 栏，实际 ${fields.length + 1} 栏`);
      return fields;
    }

    number(text, most = Number.MAX_SAFE_INTEGER) {
      if (!DECIMAL.test(text)) this.fail(`的“${text}”不是十进制整数`);
      if (Number(text) > most) this.fail(`的 ${text} 大于允许的 ${most}`);
      return Number(text);
    }

    hex(text, digits) {
      if (!isHex(text, digits)) this.fail(`的“${text}”不是 ${digits} 位小写十六进制`);
      return text;
    }

    /** Numbers of posts, strictly ascending. */
    posts(text, count, mayBeEmpty) {
      if (text === "" && mayBeEmpty) return [];
      const posts = text.split(",").map((one) => this.number(one, count - 1));
      if (posts.some((post, at) => at > 0 && post <= posts[at - 1])) this.fail("的岗位没有按升序排列");
      return posts;
    }
  }

  function readForm(reader, form) {
    return form.split(";").map((group) => {
      const found = /^([0-9]+)\/([0-9]+)-([0-9]+)$/.exec(group);
      if (!found) reader.fail(`的开奖形式“${form}”读不懂`);
      const [count, from, to] = found.slice(1).map((text) => reader.number(text));
      if (count < 1 || count > to - from + 1) reader.fail(`的开奖形式“${form}”不成立`);
      return { count, from, to };
    });
  }

  function readSource(reader) {
    const [source, ...fields] = reader.take("seed");
    if (!Object.hasOwn(SEED, source ?? "")) reader.fail(`的种子来源“${source}”未知`);
    const fits = { lottery: fields.length === 4, parties: fields.length >= 2 && fields.length % 2 === 0, vrf: fields.length === 1 };
    if (!fits[source]) reader.fail("的栏数与种子来源不符");
    if (source === "lottery") {
      const [name, number, date, form] = fields;
      if (!isDay(date)) reader.fail(`的开奖日期“${date}”不是日期`);
      return { source, name, number, date, form, groups: readForm(reader, form) };
    }
    return source === "vrf" ? readKey(reader, fields[0]) : readParties(reader, fields);
  }

  function readKey(reader, text) {
    const key = reader.hex(text, 64);
    if (!keyPoint(unhex(key))) reader.fail("的公钥不可用");
    return { source: "vrf", key };
  }

  function readParties(reader, fields) {
    const parties = [];
    for (let at = 0; at < fields.length; at += 2) parties.push({ name: fields[at], commitment: reader.hex(fields[at + 1], 64) });
    return { source: "parties", parties };
  }

  function readHead(reader) {
    reader.take(FORMAT, 0);
    reader.advance();
    const head = {};
    for (const word of ["suite", "title", "organ", "law", "secret"]) {
      [head[word]] = reader.take(word, 1);
      if (word === "suite" && !Object.hasOwn(SUITES, head.suite)) reader.fail(`的密码套件“${head.suite}”未知`);
      if (word === "secret") reader.hex(head.secret, 64);
      reader.advance();
    }
    head.seed = readSource(reader);
    reader.advance();
    return head;
  }

  /** Whether a text stands before another as its bytes do; UTF-16 has another order beyond the first 65536 characters. */
  function before(one, other) {
    const [a, b] = [bytesOf(one), bytesOf(other)];
    const at = a.findIndex((byte, i) => byte !== b[i]);
    return at < 0 ? a.length < b.length : at < b.length && a[at] < b[at];
  }

  function readItems(reader) {
    const items = [];
    for (; reader.is("item"); reader.advance()) {
      const [code, organ, kind] = reader.take("item", 3);
      if (kind !== "general" && kind !== "key") reader.fail(`的“${kind}”应为 general 或 key`);
      if (items.length > 0 && !before(items.at(-1).code, code)) reader.fail("的事项没有按编码排列");
      items.push({ code, organ, kind });
    }
    return items;
  }

  function readPosts(reader) {
    const posts = [];
    for (; reader.is("post"); reader.advance()) {
      const [organ, size] = reader.take("post", 2);
      posts.push({ organ, size: reader.number(size) });
      if (posts.at(-1).size < 1) reader.fail("的检查组人数为零");
    }
    return posts;
  }

  function readInspectors(reader, posts) {
    const inspectors = [];
    for (; reader.is("inspector"); reader.advance()) {
      const [certificate, able, visits] = reader.take("inspector", 3);
      if (inspectors.length > 0 && !before(inspectors.at(-1).certificate, certificate)) reader.fail("的检查人员没有按执法证号排列");
      inspectors.push({ certificate, posts: reader.posts(able, posts.length, false), visits: reader.number(visits) });
    }
    return inspectors;
  }

  /** Lines of tickets are checked where they lie: a million of them must not become a million strings. */
  function skipTickets(reader, size) {
    const { bytes } = reader;
    let at = reader.at;
    for (let left = size; left > 0; left--, at += 33) {
      reader.line += 1;
      let smooth = at + 33 <= bytes.length && bytes[at + 32] === 10;
      for (let i = at; smooth && i < at + 32; i++) {
        const byte = bytes[i];
        smooth = (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102);
      }
      if (!smooth) reader.fail("应为一个 32 位小写十六进制代号");
      if (left < size && compareAt(bytes, at - 33, at) >= 0) reader.fail("的代号没有按升序排列");
    }
    reader.at = at;
  }

  function compareAt(bytes, one, other) {
    for (let i = 0; i < 32; i++) {
      const difference = bytes[one + i] - bytes[other + i];
      if (difference !== 0) return difference;
    }
    return 0;
  }

  function readLayers(reader, posts) {
    const layers = [];
    while (reader.is("layer")) {
      const [share, needs, size] = reader.take("layer", 3);
      const layer = {
        share: reader.number(share, WHOLE),
        posts: reader.posts(needs, posts.length, true),
        size: reader.number(size, TWO32 - 1),
        from: reader.at,
        line: reader.line,
      };
      skipTickets(reader, layer.size);
      layers.push(layer);
      reader.advance();
    }
    return layers;
  }

  /** An object in two layers would have two chances; places in the text are kept in a table by the digits there. */
  function refuseTwins(bytes, layers, objects) {
    if (layers.length < 2) return;
    const mask = 2 ** Math.ceil(Math.log2(2 * objects + 2)) - 1;
    const table = new Uint32Array(mask + 1);
    for (const { from, size, line } of layers) {
      for (let at = from, left = size; left > 0; left--, at += 33) {
        let slot = mixed(bytes, at) & mask;
        for (; table[slot] !== 0; slot = (slot + 1) & mask) {
          if (compareAt(bytes, table[slot], at) === 0) differ(`名单第 ${line + 1 + size - left} 行的代号在另一层里也有`);
        }
        table[slot] = at;
      }
    }
  }

  function mixed(bytes, at) {
    let out = 0;
    for (let i = at; i < at + 8; i++) out = Math.imul(out ^ bytes[i], 0x9e3779b1);
    return out ^ (out >>> 15);
  }

  function readRecused(reader, inspectors) {
    const recused = new Map();
    let last = [-1, ""];
    for (; reader.is("recused"); reader.advance()) {
      const fields = reader.take("recused", 2);
      const inspector = reader.number(fields[0], inspectors.length - 1);
      const ticket = reader.hex(fields[1], 32);
      if (inspector < last[0] || (inspector === last[0] && ticket <= last[1])) reader.fail("的回避没有按顺序排列");
      last = [inspector, ticket];
      if (!recused.has(ticket)) recused.set(ticket, []);
      recused.get(ticket).push(inspector);
    }
    return recused;
  }

  function parseFrame(text) {
    const bytes = bytesOf(text);
    const reader = new Reader(bytes);
    const head = readHead(reader);
    const items = readItems(reader);
    const posts = readPosts(reader);
    const inspectors = readInspectors(reader, posts);
    const layers = readLayers(reader, posts);
    const objects = layers.reduce((sum, layer) => sum + layer.size, 0);
    refuseTwins(bytes, layers, objects);
    const recused = readRecused(reader, inspectors);
    reader.take("end", 0);
    demand(reader.at === bytes.length, `名单第 ${reader.line} 行“end”之后还有内容`);
    return { ...head, items, posts, inspectors, layers, recused, objects, bytes };
  }

  function ticketAt(frame, layer, at) {
    const from = frame.layers[layer].from + 33 * at;
    return String.fromCharCode(...frame.bytes.subarray(from, from + 32));
  }

  /** Layer and number of the object of a ticket, or null. */
  function placeOf(frame, ticket) {
    const wanted = bytesOf(ticket);
    for (const [layer, { from, size }] of frame.layers.entries()) {
      let [low, high] = [0, size];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const start = from + 33 * middle;
        const off = wanted.findIndex((byte, i) => byte !== frame.bytes[start + i]);
        if (off < 0) return { layer, at: middle };
        if (frame.bytes[start + off] < wanted[off]) low = middle + 1;
        else high = middle;
      }
    }
    return null;
  }

  /** §4: the ticket of a code under its salt. */
  function openTicket(salt, code, suite = "sm") {
    return hex(digest(suite, join(["ticket", NUL, unhex(salt), code])).subarray(0, 16));
  }

  /** Whether an organisation stands in the frame: its ticket, and its layer and number where it does. */
  function find(frame, salt, code) {
    const ticket = openTicket(salt, code, frame.suite);
    return { ticket, ...(placeOf(frame, ticket) ?? { layer: null, at: null }) };
  }

  // ---- §5: the seed ----

  function lotteryMaterial(source, numbers) {
    const fits = Array.isArray(numbers) && numbers.length === source.groups.length;
    demand(fits, `开奖号码应有 ${source.groups.length} 组`);
    const groups = source.groups.map(({ count, from, to }, at) => {
      const group = numbers[at];
      const within = (one) => Number.isInteger(one) && one >= from && one <= to;
      const holds = Array.isArray(group) && group.length === count && new Set(group).size === count && group.every(within);
      demand(holds, `开奖号码第 ${at + 1} 组应为 ${count} 个 ${from} 至 ${to} 的不同的数，文件写的是 ${shown(group)}`);
      return [...group].sort((a, b) => a - b).join(",");
    });
    return `lottery:${groups.join(";")}`;
  }

  function partiesMaterial(frame, values) {
    const { parties } = frame.seed;
    demand(Array.isArray(values) && values.length === parties.length, `应有 ${parties.length} 方公开的数值`);
    const reveals = parties.map(({ name, commitment: said }, at) => {
      const value = values[at];
      demand(typeof value === "string" && [...value].length >= 16, `“${name}”公开的数值不足 16 个字符`);
      const again = commitment(frame.suite, name, value);
      demand(again === said, `“${name}”公开的数值与其承诺不符：名单写的承诺是 ${said}，重新计算得 ${again}`);
      return hex(sealed(frame.suite, "reveal", value));
    });
    return `parties:${reveals.join(",")}`;
  }

  function vrfMaterial(frame, proof) {
    demand(isHex(proof, 160), "可验证随机函数的证明应为 160 位小写十六进制");
    const proven = verifyProof(unhex(frame.seed.key), frame.digest, unhex(proof));
    demand(proven !== null, "可验证随机函数的证明对名单写明的公钥和名单摘要不成立");
    return `vrf:${hex(proven)}`;
  }

  function material(frame, seed) {
    const { source } = frame.seed;
    demand(seed.source === source, `种子来源：名单写明 ${source}，文件写的是 ${seed.source}`);
    if (source === "lottery") return lotteryMaterial(frame.seed, seed.numbers);
    return source === "parties" ? partiesMaterial(frame, seed.values) : vrfMaterial(frame, seed.proof);
  }

  const seedOf = (frame, text) => sealed(frame.suite, "seed", frame.digest, text);

  // ---- §7: objects ----

  /** Draws from each layer: what is drawn and what is in reserve, each by layer and order. */
  function drawObjects(frame, seed) {
    const drawn = [];
    const reserves = [];
    frame.layers.forEach((layer, k) => {
      const { quota, order } = drawLayer(frame, seed, k);
      layer.quota = quota;
      order.forEach((at, place) => {
        (place < quota ? drawn : reserves).push({ layer: k, place, at, ticket: ticketAt(frame, k, at) });
      });
    });
    return { drawn, reserves };
  }

  function drawLayer(frame, seed, k) {
    const { size, share } = frame.layers[k];
    const stream = new Stream(frame.suite, seed, `layer ${k}`);
    const due = size * share;
    let quota = Math.floor(due / WHOLE);
    if (due % WHOLE !== 0 && stream.below(WHOLE) < due % WHOLE) quota += 1;
    // Only numbers that left their place are kept: a layer of a million is not laid out.
    const moved = new Map();
    const order = [];
    for (let i = 0; i < Math.min(size, 2 * quota); i++) {
      const other = i + stream.below(size - i);
      order.push(moved.get(other) ?? other);
      moved.set(other, moved.get(i) ?? i);
    }
    return { quota, order };
  }

  // ---- §8: teams. In this part an inspector is his rank, and sets of inspectors are bits ----

  function bitsOf(ranks, count) {
    const bits = new Uint32Array((count + 31) >>> 5);
    for (const rank of ranks) bits[rank >>> 5] |= 1 << (rank & 31);
    return bits;
  }

  const has = (bits, rank) => (bits[rank >>> 5] & (1 << (rank & 31))) !== 0;

  /** Calls `each` with every rank in ascending order, until it gives true. */
  function someRank(bits, each) {
    for (let at = 0; at < bits.length; at++) {
      for (let rest = bits[at]; rest !== 0; rest &= rest - 1) {
        if (each(32 * at + 31 - Math.clz32(rest & -rest))) return true;
      }
    }
    return false;
  }

  function countOf(bits) {
    let count = 0;
    someRank(bits, () => void (count += 1));
    return count;
  }

  function shuffled(list, stream) {
    const out = [...list];
    for (let i = 0; i < out.length; i++) {
      const other = i + stream.below(out.length - i);
      [out[i], out[other]] = [out[other], out[i]];
    }
    return out;
  }

  /** Numbers of the inspectors by rank. */
  function rankInspectors(frame, seed) {
    return shuffled(frame.inspectors.keys(), new Stream(frame.suite, seed, "ranks"));
  }

  /** Jobs as they are listed; each tells who holds its post and who is recused from its object. */
  function listJobs(frame, drawn, ranked) {
    const count = ranked.length;
    const rankOf = new Map(ranked.map((number, rank) => [number, rank]));
    const ranks = [...ranked.keys()];
    const holders = frame.posts.map((_, post) => bitsOf(ranks.filter((rank) => frame.inspectors[ranked[rank]].posts.includes(post)), count));
    const nobody = bitsOf([], count);
    return drawn.flatMap(({ layer, ticket }) => {
      const recused = frame.recused.get(ticket);
      const barred = recused ? bitsOf(recused.map((number) => rankOf.get(number)), count) : nobody;
      return frame.layers[layer].posts.map((post) => ({ ticket, post, size: frame.posts[post].size, holders: holders[post], barred, team: [], number: 0 }));
    });
  }

  /** Puts into `out` who is able for a job, apart from those in `without`. */
  function able(job, without, out) {
    for (let at = 0; at < out.length; at++) out[at] = job.holders[at] & ~job.barred[at] & ~without[at];
    for (const member of job.team) out[member >>> 5] &= ~(1 << (member & 31));
    return out;
  }

  function fill(jobs, loads, stream) {
    const nobody = bitsOf([], loads.length);
    const out = bitsOf([], loads.length);
    for (const job of jobs) {
      while (job.team.length < job.size) {
        const least = leastLoaded(able(job, nobody, out), loads);
        if (least.length === 0) break;
        const chosen = least[stream.below(least.length)];
        job.team.push(chosen);
        loads[chosen] += 1;
      }
    }
  }

  function leastLoaded(bits, loads) {
    let out = [];
    let least = Infinity;
    someRank(bits, (rank) => {
      if (loads[rank] < least) {
        least = loads[rank];
        out = [];
      }
      if (loads[rank] === least) out.push(rank);
    });
    return out;
  }

  /** Who may fill a post of some job. */
  function concernedBy(jobs, count) {
    const out = bitsOf([], count);
    for (const holders of new Set(jobs.map((job) => job.holders))) out.forEach((_, at) => (out[at] |= holders[at]));
    return out;
  }

  /** Moves jobs, given by final number, along chains of inspectors; gives the groups that were settled. */
  function evenOut(jobs, loads) {
    const held = Array.from(loads, () => []);
    for (const job of jobs) for (const member of job.team) held[member].push(job);
    const settled = concernedBy(jobs, loads.length).map((word) => ~word);
    const groups = [];
    for (let start = heaviest(loads, settled); start >= 0; start = heaviest(loads, settled)) {
      const { reached, from, end } = search(start, held, loads, settled);
      if (end >= 0) {
        handOver(end, from, held);
        loads[start] -= 1;
        loads[end] += 1;
        continue;
      }
      for (const rank of reached) settled[rank >>> 5] |= 1 << (rank & 31);
      groups.push({ members: reached, jobs: new Set(reached.flatMap((rank) => held[rank])) });
    }
    return groups;
  }

  function heaviest(loads, settled) {
    let out = -1;
    for (let rank = 0; rank < loads.length; rank++) {
      if (!has(settled, rank) && (out < 0 || loads[rank] > loads[out])) out = rank;
    }
    return out;
  }

  /** In breadth: who is reached from whom by which job, and where the search ended, or −1. */
  function search(start, held, loads, settled) {
    const seen = Uint32Array.from(settled);
    const out = bitsOf([], loads.length);
    const reached = [start];
    const from = new Map();
    seen[start >>> 5] |= 1 << (start & 31);
    const reach = (giver, job) => (taker) => {
      from.set(taker, { giver, job });
      reached.push(taker);
      return loads[taker] <= loads[start] - 2;
    };
    for (const giver of reached) {
      for (const job of held[giver]) {
        if (someRank(able(job, seen, out), reach(giver, job))) return { reached, from, end: reached.at(-1) };
        for (let at = 0; at < out.length; at++) seen[at] |= out[at];
      }
    }
    return { reached, from, end: -1 };
  }

  function handOver(end, from, held) {
    for (let taker = end; from.has(taker); taker = from.get(taker).giver) {
      const { giver, job } = from.get(taker);
      job.team[job.team.indexOf(giver)] = taker;
      held[giver].splice(held[giver].indexOf(job), 1);
      const after = held[taker].findIndex((other) => other.number > job.number);
      held[taker].splice(after < 0 ? held[taker].length : after, 0, job);
    }
  }

  const ascending = (numbers) => [...numbers].sort((a, b) => a - b);

  /** The groups that are why the spread is what it is. */
  function tightOf(groups, loads, least, ranked) {
    const isTight = ({ members, jobs }) => jobs.size > 0 && members.some((rank) => loads[rank] >= least + 2);
    return groups.filter(isTight).map(({ members, jobs }) => ({
      inspectors: ascending(members.map((rank) => ranked[rank])),
      posts: ascending(new Set([...jobs].map((job) => job.post))),
      jobs: jobs.size,
    }));
  }

  function loadsOf(jobs, loads) {
    const concerned = concernedBy(jobs, loads.length);
    const counted = loads.filter((_, rank) => has(concerned, rank));
    return counted.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...counted), most: Math.max(...counted) };
  }

  function shortOf(jobs) {
    return jobs.filter((job) => job.team.length < job.size).map(({ ticket, post, size, team, holders, barred }) => {
      const recused = countOf(holders.map((word, at) => word & barred[at]));
      return { ticket, post, lacking: size - team.length, holders: countOf(holders), recused };
    });
  }

  /** The teams of all drawn objects, and what follows from them. */
  function drawTeams(frame, seed, drawn) {
    const ranked = rankInspectors(frame, seed);
    const listed = listJobs(frame, drawn, ranked);
    const jobs = shuffled(listed, new Stream(frame.suite, seed, "jobs"));
    jobs.forEach((job, number) => (job.number = number));
    const each = ranked.map((number) => frame.inspectors[number].visits);
    fill(jobs, each, new Stream(frame.suite, seed, "teams"));
    const groups = evenOut(jobs, each);
    const loads = loadsOf(jobs, each);
    const teams = new Map(drawn.map(({ ticket }) => [ticket, []]));
    for (const { ticket, team } of listed) teams.get(ticket).push(team.map((rank) => ranked[rank]));
    return { teams, loads, tight: tightOf(groups, each, loads.least, ranked), short: shortOf(listed) };
  }

  // ---- §9: changes after the draw ----

  const openObject = (object, teams) => ({ ...object, teams: teams.map((team) => [...team]), redraws: teams.map(() => 0), late: new Set() });

  /** What stands after each change, and the redraws that must follow at once. */
  class Aftermath {
    constructor(frame, seed, drawn, reserves, teams) {
      Object.assign(this, { frame, seed, due: [] });
      this.current = new Map(drawn.map((object) => [object.ticket, openObject(object, teams.get(object.ticket))]));
      this.waiting = frame.layers.map((_, layer) => reserves.filter((reserve) => reserve.layer === layer));
    }

    posts(object) {
      return this.frame.layers[object.layer].posts;
    }

    recused(ticket) {
      return this.frame.recused.get(ticket) ?? [];
    }

    object(ticket, name) {
      const object = this.current.get(ticket);
      demand(object !== undefined, `${name}.ticket：${shown(ticket)} 不在抽中的对象之中`);
      return object;
    }

    /** Who may come into a team, by ascending number. */
    candidates(object, at) {
      const post = this.posts(object)[at];
      const barred = new Set([...this.recused(object.ticket), ...object.late, ...object.teams[at]]);
      return [...this.frame.inspectors.keys()].filter((number) => this.frame.inspectors[number].posts.includes(post) && !barred.has(number));
    }

    change(change, name) {
      if (this.due.length > 0) {
        const { kind, ticket, post, out } = change;
        compare({ kind, ticket, post, out }, this.due.shift(), `${name}（须紧接着的重抽）`);
      }
      this[change.kind](change, name);
    }

    replaced(change, name) {
      const object = this.object(change.ticket, name);
      const reserve = this.waiting[object.layer].shift();
      demand(reserve !== undefined, `${name}：第 ${object.layer} 层已经没有备选对象`);
      const next = openObject(reserve, object.teams);
      const { salt, code } = change.by;
      const { layer, place, at, ticket, teams } = next;
      compare(change.by, { layer, place, at, ticket, code, salt, teams }, `${name}.by`);
      checkOpen(this.frame, change.by, `${name}.by`);
      this.current.delete(change.ticket);
      this.current.set(ticket, next);
      const recused = this.recused(ticket);
      this.posts(next).forEach((post, number) => {
        const leaving = next.teams[number].filter((member) => recused.includes(member));
        this.due.push(...leaving.map((out) => ({ kind: "redrawn", ticket, post, out })));
      });
    }

    redrawn(change, name) {
      const object = this.object(change.ticket, name);
      const at = this.posts(object).indexOf(change.post);
      demand(at >= 0, `${name}.post：该对象没有岗位 ${shown(change.post)}`);
      const team = object.teams[at];
      const place = team.indexOf(change.out);
      demand(place >= 0, `${name}.out：${shown(change.out)} 不在检查组中`);
      object.late.add(change.out);
      const candidates = this.candidates(object, at);
      demand(candidates.length > 0, `${name}：没有人可以替换，不应有这项变更`);
      const label = `redraw ${change.ticket} ${change.post} ${object.redraws[at]}`;
      object.redraws[at] += 1;
      // The first of a shuffled list is settled by the first number of its stream.
      team[place] = candidates[new Stream(this.frame.suite, this.seed, label).below(candidates.length)];
      compare(change.in, team[place], `${name}.in`);
    }
  }

  // ---- §10: the file against the computation ----

  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const shown = (value) => (value === undefined ? "没有" : (JSON.stringify(value) ?? "没有").slice(0, 200));

  /** Ends at the first place where the file does not say what the computation gives. */
  function compare(said, computed, name) {
    if (Array.isArray(computed) && Array.isArray(said)) {
      const both = Math.min(said.length, computed.length);
      for (let at = 0; at < both; at++) compare(said[at], computed[at], `${name}[${at}]`);
      demand(said.length === computed.length, `${name}：文件有 ${said.length} 项，重新计算得 ${computed.length} 项`);
    } else if (isRecord(computed) && isRecord(said)) {
      for (const key of Object.keys(computed)) compare(said[key], computed[key], `${name}.${key}`);
      const extra = Object.keys(said).find((key) => !Object.hasOwn(computed, key));
      demand(extra === undefined, `${name} 多出“${extra}”一项`);
    } else {
      demand(said === computed, `${name}：文件写的是 ${shown(said)}，重新计算得 ${shown(computed)}`);
    }
  }

  function members(value, names, name) {
    demand(isRecord(value), `${name}应为一个对象`);
    for (const wanted of names) demand(Object.hasOwn(value, wanted), `${name}缺“${wanted}”一项`);
    const extra = Object.keys(value).find((key) => !names.includes(key));
    demand(extra === undefined, `${name}多出“${extra}”一项`);
  }

  function list(value, name) {
    demand(Array.isArray(value), `${name} 应为一个列表`);
    return value;
  }

  function isDay(text) {
    if (typeof text !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
    const time = Date.parse(`${text}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  }

  /** Where the text that opens with the quote at `at` ends. Most of a file is one long text, so it is skipped at once. */
  function endOfText(json, at) {
    for (let end = json.indexOf('"', at + 1); ; end = json.indexOf('"', end + 1)) {
      let slashes = 0;
      while (json[end - 1 - slashes] === "\\") slashes += 1;
      if (slashes % 2 === 0) return end + 1;
    }
  }

  /** JSON.parse takes the last of two members of one name; another reader might take the first. */
  function refuseTwinMembers(json) {
    const open = [];
    const next = /["{}[\]]/g;
    const colon = /\s*:/y;
    for (let found = next.exec(json); found; found = next.exec(json)) {
      if (found[0] === "{" || found[0] === "[") open.push(new Set());
      else if (found[0] !== '"') open.pop();
      else {
        const end = endOfText(json, found.index);
        next.lastIndex = end;
        colon.lastIndex = end;
        if (!colon.test(json)) continue;
        const name = JSON.parse(json.slice(found.index, end));
        demand(!open.at(-1).has(name), `文件里“${name}”一项出现了两次`);
        open.at(-1).add(name);
      }
    }
  }
  const BEFORE = ["format", "frame", "digest", "frozen"];
  const AFTER = ["seed", "drawn", "reserves", "short", "tight", "loads", "changes"];
  const CHANGES = { replaced: ["by"], redrawn: ["post", "out", "in"] };
  const OPENED = ["layer", "place", "at", "ticket", "code", "salt", "teams"];

  function readFile(text) {
    let file;
    try {
      file = JSON.parse(text);
    } catch (error) {
      differ(`文件不是 JSON：${error.message}`);
    }
    demand(isRecord(file), "文件应为一个 JSON 对象");
    refuseTwinMembers(text);
    demand(file.format === FORMAT, `文件格式应为 ${FORMAT}，文件写的是 ${shown(file.format)}`);
    members(file, Object.hasOwn(file, "seed") ? [...BEFORE, ...AFTER] : BEFORE, "文件");
    demand(typeof file.frame === "string", "frame 应为文本");
    members(file.frozen, ["entry", "on"], "frozen ");
    demand(Number.isSafeInteger(file.frozen.entry) && file.frozen.entry >= 0, "frozen.entry 应为账本条目的编号");
    demand(isDay(file.frozen.on), "frozen.on 应为日期");
    if (file.seed !== undefined) {
      const given = isRecord(file.seed) && Object.hasOwn(SEED, file.seed.source) ? SEED[file.seed.source] : differ("seed.source 未知");
      members(file.seed, ["source", given, "value"], "seed ");
    }
    return file;
  }

  /** Whether code and salt open the ticket of an object. */
  function checkOpen(frame, object, name) {
    demand(typeof object.code === "string" && [...object.code].length === 18, `${name}.code 应为 18 个字符`);
    demand(isHex(object.salt, 32), `${name}.salt 应为 32 位小写十六进制`);
    const again = openTicket(object.salt, object.code, frame.suite);
    demand(again === object.ticket, `${name}：代号是 ${object.ticket}，由 ${object.code} 和盐值重新计算得 ${again}`);
  }

  const percent = (share) => `${share / 10000}%`;

  function sourceInWords({ source, ...rest }) {
    if (source === "lottery") return `“${rest.name}”第 ${rest.number} 期（${rest.date} 开奖，形式 ${rest.form}）的开奖号码`;
    if (source === "parties") return `${rest.parties.map((party) => party.name).join("、")}各自先承诺、后公开的数值`;
    return `公钥 ${rest.key} 的可验证随机函数`;
  }

  const CHUNK = 4 << 20;

  /** One draw being verified. Each step gives its sentence or ends with a difference. */
  class Check {
    constructor(text, pause) {
      Object.assign(this, { text, pause, frame: null, objects: null });
    }

    file() {
      this.said = readFile(this.text);
      this.text = null;
      return `文件是 ${FORMAT} 格式，各项齐全。`;
    }

    names() {
      this.frame = parseFrame(this.said.frame);
      const { title, organ, layers, objects, inspectors, recused } = this.frame;
      const pairs = [...recused.values()].reduce((sum, numbers) => sum + numbers.length, 0);
      return `名单“${title}”（牵头机关 ${organ}）逐行合格：${layers.length} 层、${objects} 个对象、${inspectors.length} 名检查人员、${pairs} 项回避。`;
    }

    async digest() {
      const hasher = new Hasher(this.frame.suite).update(join([`${FORMAT} frame`, NUL]));
      const { bytes } = this.frame;
      for (let at = 0; at < bytes.length; at += CHUNK) {
        hasher.update(bytes.subarray(at, at + CHUNK));
        await this.pause();
      }
      this.frame.digest = hasher.digest();
      compare(this.said.digest, hex(this.frame.digest), "digest");
      const { entry, on } = this.said.frozen;
      return `名单摘要 ${this.said.digest} 与重新计算的一致。文件称它在 ${on} 记入账本第 ${entry} 条，请在账本中另行核对。`;
    }

    source() {
      const { seed, frozen } = this.said;
      const words = sourceInWords(this.frame.seed);
      const { date } = this.frame.seed;
      demand(date === undefined || date >= frozen.on, `名单在 ${frozen.on} 才封存，而开奖日期是 ${date}：封存时种子已经可知`);
      if (seed === undefined) return `种子尚未产生，名单写明取自${words}。名单已封存，此后不能更改。`;
      this.material = material(this.frame, seed);
      if (seed.source === "lottery") return `种子取自${words}，文件写的号码是 ${this.material.slice(8)}，请与官方开奖公告核对。`;
      return seed.source === "parties" ? `种子取自${words}，每方公开的数值都与其承诺相符。` : `种子取自${words}，证明成立。`;
    }

    seed() {
      this.value = seedOf(this.frame, this.material);
      compare(this.said.seed.value, hex(this.value), "seed.value");
      return `种子值 ${this.said.seed.value} 与重新计算的一致。`;
    }

    drawn() {
      const { drawn, reserves } = drawObjects(this.frame, this.value);
      this.objects = drawn;
      this.reserves = reserves;
      const said = list(this.said.drawn, "drawn").map((object, at) => {
        members(object, OPENED, `drawn[${at}] `);
        const { layer, place, at: number, ticket } = object;
        return { layer, place, at: number, ticket };
      });
      compare(said, drawn, "drawn");
      const each = this.frame.layers.map(({ size, share, quota }, k) => `第 ${k} 层 ${size} 个对象按 ${percent(share)} 抽 ${quota} 个`);
      return `抽中的 ${drawn.length} 个对象与重新计算的一致：${each.join("；")}。`;
    }

    opened() {
      this.said.drawn.forEach((object, at) => checkOpen(this.frame, object, `drawn[${at}]`));
      return `抽中的 ${this.objects.length} 个对象的代号都由其编码和盐值打开。`;
    }

    reserve() {
      compare(this.said.reserves, this.reserves, "reserves");
      return `${this.reserves.length} 个备选对象及其顺序与重新计算的一致。`;
    }

    teams() {
      this.result = drawTeams(this.frame, this.value, this.objects);
      this.objects.forEach(({ ticket }, at) => compare(this.said.drawn[at].teams, this.result.teams.get(ticket), `drawn[${at}].teams`));
      return "每个对象的检查组与重新计算的一致。";
    }

    loads() {
      compare(this.said.loads, this.result.loads, "loads");
      compare(this.said.tight, this.result.tight, "tight");
      const { least, most } = this.result.loads;
      const tight = this.result.tight.length;
      return `检查人员每人 ${least} 至 ${most} 次${tight === 0 ? "，已不能更均衡" : `；有 ${tight} 组因能派的人少而更重，已不能更均衡`}。`;
    }

    short() {
      compare(this.said.short, this.result.short, "short");
      const count = this.result.short.length;
      return count === 0 ? "各检查组都已满员。" : `${count} 个检查组缺人，与重新计算的一致：能派的人不够或者须回避。`;
    }

    changes() {
      const after = new Aftermath(this.frame, this.value, this.objects, this.reserves, this.result.teams);
      let day = this.said.frozen.on;
      list(this.said.changes, "changes").forEach((change, at) => {
        const name = `changes[${at}]`;
        demand(isRecord(change) && Object.hasOwn(CHANGES, change.kind), `${name}.kind 未知`);
        members(change, ["kind", "on", "reason", "ticket", ...CHANGES[change.kind]], `${name} `);
        demand(isDay(change.on) && change.on >= day, `${name}.on 应为日期，且不早于 ${day}`);
        demand(typeof change.reason === "string", `${name}.reason 应为文本`);
        if (change.kind === "replaced") members(change.by, OPENED, `${name}.by `);
        after.change(change, name);
        day = change.on;
      });
      const [due] = after.due;
      demand(due === undefined, `changes：缺须紧接着的重抽，${due?.ticket} 的 ${due?.out} 须回避`);
      this.current = [...after.current.values()].map(({ layer, place, at, ticket, teams }) => ({ layer, place, at, ticket, teams }));
      const count = this.said.changes.length;
      return count === 0 ? "文件没有抽取之后的变更。" : `抽取之后的 ${count} 项变更都按同一种子产生的顺序进行，原因、日期和是否齐全以账本为准。`;
    }

    /** What the computation gave, with the codes that open it. */
    outcome() {
      if (!this.result) return [];
      return this.objects.map((object, at) => {
        const { code, salt } = this.said.drawn[at];
        return { ...object, code, salt, teams: this.result.teams.get(object.ticket) };
      });
    }
  }

  const STEPS = [
    ["文件格式", "file"],
    ["名单", "names"],
    ["名单摘要", "digest"],
    ["种子来源", "source"],
    ["种子值", "seed"],
    ["抽中的对象", "drawn"],
    ["打开代号", "opened"],
    ["备选对象", "reserve"],
    ["检查组", "teams"],
    ["任务量", "loads"],
    ["缺人", "short"],
    ["抽取之后的变更", "changes"],
  ];
  const FROZEN_ONLY = 4;

  /** The step as a result; a difference is one, a fault of this program is not. */
  async function attempt(check, name, method) {
    try {
      return { name, ok: true, text: await check[method]() };
    } catch (error) {
      if (!(error instanceof Difference)) throw error;
      return { name, ok: false, text: `${error.message}。` };
    }
  }

  /**
   * Verifies the text of a published file. Ends at the first difference, because what follows from a wrong
   * value says nothing. `onStep` gets each step, `pause` is awaited between steps so that a page stays alive.
   */
  async function verify(fileText, { onStep = () => {}, pause = async () => {} } = {}) {
    const check = new Check(fileText, pause);
    const steps = [];
    for (const [name, method] of STEPS) {
      await pause();
      const step = await attempt(check, name, method);
      steps.push(step);
      onStep(step);
      if (!step.ok || (steps.length === FROZEN_ONLY && check.said.seed === undefined)) break;
    }
    const ok = steps.every((step) => step.ok);
    return { ok, pending: ok && steps.length === FROZEN_ONLY, steps, frame: check.frame, drawn: check.outcome(), current: check.current ?? [] };
  }

  /** What tests look at one by one. */
  const curve = { BASE, ORDER, times, encodePoint, pointOfText, littleEndian };
  const parts = { digest, sha512, verifyProof, curve, Stream, evenOut, bitsOf, hex, unhex };
  root.ChenghengDraw = Object.freeze({ verify, parseFrame, openTicket, find, commitment, drawObjects, drawTeams, parts });
})(globalThis);
