// What an inspector's phone keeps, and how it hands it in: drafts, files and an outbox in IndexedDB. Every
// change is written before anything else happens, and every sheet keeps the number it was given first, so
// that the server can tell a second sending from a second record.
(function (root) {
  "use strict";

  const NEVER_ENDING = 60_000;
  const LEASE = 90_000;
  const FIRST_PAUSE = 5_000;
  const LONGEST_PAUSE = 300_000;
  const WITHOUT_NETWORK = 5_000;
  const KEPT_DAYS = 30;

  /** A number nobody else makes; crypto.randomUUID is absent on plain http. */
  function fresh() {
    const bytes = root.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });

  const ended = (tx) =>
    new Promise((done, fail) => {
      tx.oncomplete = () => done();
      tx.onabort = tx.onerror = () => fail(tx.error || new Error("aborted"));
    });

  class Store {
    static async open(account) {
      const request = root.indexedDB.open(`chengheng-field ${account}`, 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("meta");
        db.createObjectStore("drafts", { keyPath: "visit" });
        db.createObjectStore("files", { keyPath: "digest" });
        db.createObjectStore("outbox", { keyPath: "client" });
      };
      const store = new Store();
      store.account = account;
      store.db = await asked(request);
      store.db.onversionchange = () => store.db.close();
      store.listeners = [];
      store.channel = root.BroadcastChannel ? new root.BroadcastChannel(`field ${account}`) : null;
      if (store.channel) store.channel.onmessage = (event) => store.tell(event.data, true);
      store.device = await store.write(["meta"], async (meta) => {
        const known = await asked(meta.get("device"));
        if (known) return known;
        const made = `手机-${fresh().slice(0, 12)}`;
        meta.put(made, "device");
        return made;
      });
      return store;
    }

    /** Runs `body` with these object stores; resolves when what it wrote lies on the disk. */
    async write(names, body) {
      const tx = this.db.transaction(names, "readwrite", { durability: "strict" });
      const over = ended(tx);
      try {
        const result = await body(...names.map((name) => tx.objectStore(name)));
        await over;
        return result;
      } catch (error) {
        over.catch(() => {});
        try {
          tx.abort();
        } catch {
          // It has ended already.
        }
        throw error;
      }
    }

    get(name, key) {
      return asked(this.db.transaction(name).objectStore(name).get(key));
    }

    all(name) {
      return asked(this.db.transaction(name).objectStore(name).getAll());
    }

    onChange(listener) {
      this.listeners.push(listener);
    }

    tell(what, foreign = false) {
      for (const listener of this.listeners) listener(what, foreign);
      if (!foreign && this.channel) this.channel.postMessage(what);
    }

    // ---- tasks ----

    /** Fetches the tasks; false when there is no network, "login" when nobody or somebody else is logged in. */
    async refresh() {
      let response;
      try {
        response = await within((signal) => fetch("/field/tasks.json", { cache: "no-store", signal }));
      } catch {
        return false;
      }
      if (response.status === 401) return "login";
      if (!response.ok) return false;
      const taken = await response.json().catch(() => null);
      if (!taken) return false;
      if (taken.account !== this.account) return "login";
      taken.at = Date.now();
      await this.write(["meta"], (meta) => asked(meta.put(taken, "taken")));
      await this.prune(taken);
      this.tell("tasks");
      return true;
    }

    /** Forgets what is in the ledger for long and no task any more, and pictures that were taken out again. */
    async prune(taken) {
      const open = new Set(taken.tasks.map((task) => task.visit));
      const before = Date.now() - KEPT_DAYS * 86_400_000;
      await this.write(["drafts", "outbox"], async (drafts, outbox) => {
        for (const row of await asked(outbox.getAll())) {
          if (row.state !== "done" || row.made > before || open.has(row.visit)) continue;
          outbox.delete(row.client);
          if (row.kind === "record") drafts.delete(row.visit);
        }
      });
      await this.write(["files", "drafts"], async (files, drafts) => {
        const named = new Set((await asked(drafts.getAll())).flatMap(pictures));
        for (const file of await asked(files.getAll())) {
          if (!named.has(file.digest) && file.made < Date.now() - 86_400_000) files.delete(file.digest);
        }
      });
    }

    // ---- drafts ----

    async draft(visit) {
      return (await this.get("drafts", visit)) || blank(visit);
    }

    /** Changes a draft where it lies, so that two tabs do not undo each other. */
    async change(visit, change) {
      const draft = await this.write(["drafts", "outbox"], async (drafts, outbox) => {
        const draft = (await asked(drafts.get(visit))) || blank(visit);
        const row = await asked(outbox.get(draft.client));
        if (row && row.state !== "refused") return draft;
        change(draft);
        drafts.put(draft);
        return draft;
      });
      this.tell("draft");
      return draft;
    }

    async addFile(bytes, media) {
      const digest = root.ChenghengDigest.sha256(bytes);
      const file = { digest, media, bytes: bytes.buffer, sent: false, made: Date.now() };
      await this.write(["files"], async (files) => {
        if (!(await asked(files.get(digest)))) files.put(file);
      });
      return digest;
    }

    // ---- outbox ----

    /**
     * Puts a sheet into the outbox. `make` builds it from the draft as it lies there; its number was given
     * to the draft when that began, so that two taps, or two tabs, make one sheet.
     */
    async queue(visit, kind, make) {
      await this.write(["drafts", "outbox"], async (drafts, outbox) => {
        const draft = (await asked(drafts.get(visit))) || blank(visit);
        const client = kind === "begin" ? draft.beginClient : draft.client;
        const known = await asked(outbox.get(client));
        if (known && known.state !== "refused") return;
        const { sheet, files } = make(draft, client);
        drafts.put(draft);
        outbox.put({ client, visit, kind, files, text: JSON.stringify(sheet), state: "waiting", attempts: 0, next: 0, made: Date.now() });
      });
      this.tell("outbox");
      return this.flush();
    }

    /** Takes a sheet back that nobody tried to send yet. */
    async withdraw(client) {
      await this.write(["outbox"], async (outbox) => {
        const row = await asked(outbox.get(client));
        if (row && row.state === "waiting" && row.attempts === 0) outbox.delete(client);
      });
      this.tell("outbox");
    }

    async rows() {
      return (await this.all("outbox")).sort((a, b) => a.made - b.made);
    }

    /** Sends what waits, one after the other, in one tab at a time. */
    async flush(force = false) {
      if (!force && root.navigator.onLine === false) return this.schedule(WITHOUT_NETWORK);
      await this.alone(async () => {
        for (const row of await this.rows()) {
          if (row.state === "done" || row.state === "refused") continue;
          // What says "sending" was cut off: whoever sends holds the lock.
          if (!force && row.state === "waiting" && row.next > Date.now()) continue;
          if (!(await this.send(row))) break;
        }
      });
      return this.schedule();
    }

    /** Tries again by itself, because not every browser says when the network is back. */
    async schedule(least = 2_000) {
      clearTimeout(this.timer);
      const waiting = (await this.rows()).filter((row) => row.state === "waiting" || row.state === "sending");
      if (waiting.length === 0) return;
      const next = Math.min(...waiting.map((row) => row.next || 0));
      this.timer = setTimeout(() => this.flush(), Math.max(least, next - Date.now()));
    }

    /** Sends a row; false when there is no use in sending others now. */
    async send(row) {
      await this.mark(row, { state: "sending", attempts: row.attempts + 1 });
      let came;
      try {
        came = (await this.sendFiles(row)) || (await this.sendSheet(row));
      } catch {
        came = { state: "waiting", reason: "没有网络，或者服务器没有答复" };
      }
      if (came.state === "waiting") {
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(row.attempts - 1, 10));
        came.next = Date.now() + pause * (0.75 + Math.random() / 2);
      }
      await this.mark(row, came);
      if (came.state === "done") await this.drop(row);
      return came.state === "done" || came.state === "refused";
    }

    async mark(row, change) {
      Object.assign(row, change);
      await this.write(["outbox"], (outbox) => asked(outbox.put(row)));
      this.tell("outbox");
    }

    async sendFiles(row) {
      for (const digest of row.files) {
        const file = await this.get("files", digest);
        if (!file || file.sent) continue;
        await this.renew();
        const response = await within((signal) =>
          fetch(`/field/evidence/${digest}`, { method: "PUT", body: file.bytes, headers: { "content-type": file.media }, signal }),
        );
        if (response.status !== 204) return judged(response, await read(response));
        await this.write(["files"], (files) => asked(files.put({ ...file, sent: true })));
      }
      return null;
    }

    async sendSheet(row) {
      await this.renew();
      const response = await within((signal) =>
        fetch(`/field/sync?account=${encodeURIComponent(this.account)}`, {
          method: "POST",
          body: row.text,
          headers: { "content-type": "application/json" },
          signal,
        }),
      );
      const answer = await read(response);
      if (response.ok && answer && answer.state === "done") {
        return { state: "done", entries: answer.entries, already: answer.already, reason: "", article: null };
      }
      return judged(response, answer);
    }

    /** Pictures the server holds need not stay on the phone. */
    async drop(row) {
      if (row.kind !== "record") return;
      await this.write(["files", "drafts"], async (files, drafts) => {
        const all = await asked(drafts.getAll());
        const others = new Set(all.filter((draft) => draft.visit !== row.visit).flatMap(pictures));
        for (const digest of row.files) if (!others.has(digest)) files.delete(digest);
        const draft = all.find((one) => one.visit === row.visit);
        if (!draft) return;
        for (const picture of [...draft.photos, draft.signature]) if (picture) picture.thumb = "";
        drafts.put(draft);
      });
      this.tell("sent");
    }

    // ---- one tab at a time ----

    async alone(work) {
      const name = `field ${this.account}`;
      if (root.navigator.locks) {
        return root.navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && work());
      }
      this.holder = this.holder || fresh();
      if (!(await this.renew())) return undefined;
      try {
        return await work();
      } finally {
        await this.write(["meta"], (meta) => asked(meta.delete("lease")));
      }
    }

    /** Takes or prolongs the lease, where the browser has no locks. */
    async renew() {
      if (root.navigator.locks) return true;
      return this.write(["meta"], async (meta) => {
        const lease = await asked(meta.get("lease"));
        if (lease && lease.holder !== this.holder && lease.until > Date.now()) return false;
        meta.put({ holder: this.holder, until: Date.now() + LEASE }, "lease");
        return true;
      });
    }

    /** Takes everything off the phone. */
    async erase() {
      this.db.close();
      await asked(root.indexedDB.deleteDatabase(this.db.name));
      if (root.caches) for (const name of await root.caches.keys()) await root.caches.delete(name);
    }
  }

  function blank(visit) {
    return {
      visit, client: fresh(), beginClient: fresh(), begin: null, scanned: "", present: null,
      results: {}, photos: [], signedBy: [], signature: null, refused: false, note: "",
    };
  }

  /** Digests of the pictures of a draft. */
  const pictures = (draft) => [...draft.photos, draft.signature].filter(Boolean).map((picture) => picture.digest);

  async function within(ask) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), NEVER_ENDING);
    try {
      return await ask(stop.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async function read(response) {
    if (!(response.headers.get("content-type") || "").includes("json")) return null;
    return response.json();
  }

  /** What an answer that is not "done" means for a sheet. */
  function judged(response, answer) {
    if (response.status === 401) return { state: "login", reason: (answer && answer.detail) || "请重新登录后再上传" };
    const final = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
    if (!final || !answer) return { state: "waiting", reason: `服务器暂时不能办理（${response.status}）` };
    return { state: "refused", reason: answer.text || answer.detail, article: answer.article || null };
  }

  root.ChenghengField = Object.freeze({ Store });
})(globalThis);
