// SHA-256 (FIPS 180-4), written out because WebCrypto is absent on plain http, as inside many government
// networks. Other scripts call ChenghengDigest.sha256(bytes), which gives hexadecimal.
(function (root) {
  "use strict";

  /** Fractions of roots of the first primes; a double has the 32 bits of them that count. */
  function fractions(count, root) {
    const found = [];
    const primes = [];
    for (let next = 2; primes.length < count; next++) {
      if (primes.some((prime) => next % prime === 0)) continue;
      primes.push(next);
      const whole = root(next);
      found.push(((whole - Math.floor(whole)) * 4294967296) | 0);
    }
    return Int32Array.from(found);
  }

  const START = fractions(8, Math.sqrt);
  const ROUND = fractions(64, Math.cbrt);
  const words = new Int32Array(64);

  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function block(state, bytes, at) {
    for (let i = 0; i < 16; i++, at += 4) {
      words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15];
      const y = words[i - 2];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const first = (h + high + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const low = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
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
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }

  /** The digest of bytes, hexadecimal. */
  function sha256(bytes) {
    const state = Int32Array.from(START);
    const whole = bytes.length - (bytes.length % 64);
    for (let at = 0; at < whole; at += 64) block(state, bytes, at);
    const rest = bytes.subarray(whole);
    const last = new Uint8Array(rest.length < 56 ? 64 : 128);
    last.set(rest);
    last[rest.length] = 128;
    const view = new DataView(last.buffer);
    view.setUint32(last.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(last.length - 4, (bytes.length * 8) >>> 0);
    for (let at = 0; at < last.length; at += 64) block(state, last, at);
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** The digest of a text in UTF-8, hexadecimal. */
  const ofText = (text) => sha256(new TextEncoder().encode(text));

  root.ChenghengDigest = Object.freeze({ sha256, ofText });
})(globalThis);
