// The page of the inspectors: tasks, what is shown to the enterprise, one question a screen, photographs,
// signatures, the outbox. Everything can be filled in without network; what is in force, the server says.
(function (root) {
  "use strict";

  const LONGEST_SIDE = 1600;
  const QUALITY = 0.82;
  const place = document.querySelector("[data-field]");
  const line = document.querySelector("[data-line]");
  const ANSWERS = [
    ["yes", "符合"],
    ["no", "不符合"],
    ["text", "需要说明"],
  ];
  const STATES = { waiting: "未上传", sending: "上传中", done: "已入账", refused: "被拒绝", login: "请重新登录" };

  let store;
  let taken = null;
  let rows = [];
  let online = root.navigator.onLine;
  /** Nobody is logged in, or somebody else. */
  let stranger = false;

  // ---- building pages ----

  /** An element; properties that are functions listen, the others are attributes. */
  function h(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(key, value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  const panel = (title, ...children) => h("section", { class: "panel" }, h("h2", {}, title), children);
  const facts = (pairs) => h("dl", { class: "facts" }, pairs.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  const go = (path, text, kind = "btn btn-outline-primary") => h("a", { class: kind, href: `#${path}` }, text);
  const button = (text, click, attributes = {}) => h("button", { type: "button", class: "btn btn-primary", click: (event) => {
    // Phones leave the focus in the text that was typed last, and the page waits for whoever is typing.
    if (document.activeElement !== event.currentTarget) document.activeElement?.blur?.();
    return click(event);
  }, ...attributes }, text);

  /** A radio or a checkbox in a field large enough for a thumb. */
  function choice(type, name, value, text, checked, change, disabled = false) {
    return h("label", { class: "choice" }, h("input", { class: "form-check-input", type, name, value, checked, change, disabled }), h("span", {}, text));
  }

  function words(label, value, change, attributes = {}) {
    const text = h("textarea", { class: "form-control", rows: 3, input: () => change(text.value), ...attributes });
    text.value = value;
    return h("label", { class: "form-label wide-label" }, label, text);
  }

  // ---- what is known ----

  const taskOf = (visit) => (taken ? taken.tasks.find((task) => task.visit === visit) : null);
  const rowOf = (client) => rows.find((row) => row.client === client);
  const nameOf = (result) => taken.results.find((known) => known.word === result)?.name ?? result;
  const locked = (draft) => {
    const row = rowOf(draft.client);
    return Boolean(row) && row.state !== "refused";
  };

  function cited(task, basis) {
    const cite = task.cites[`${basis.statute}#${basis.article}`];
    return h("p", { class: "basis" }, "依据：", h("a", { href: cite.href }, `《${cite.title}》${cite.article}`), cite.confirmed ? null : h("span", { class: "tag tag-open" }, "未经核对"));
  }

  /** The day by the server's calendar: the phone's clock says only how much time went by since. */
  function today() {
    const day = (time) => Math.floor((time - new Date(time).getTimezoneOffset() * 60_000) / 86_400_000);
    const start = Date.parse(`${taken.today}T00:00:00Z`);
    const went = Math.max(0, day(Date.now()) - day(taken.at));
    return new Date(start + went * 86_400_000).toISOString().slice(0, 10);
  }

  /** Time of the phone, as it says it. */
  function clock() {
    const now = new Date();
    const offset = -now.getTimezoneOffset();
    const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
    const local = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 19);
    return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
  }

  function lacking(task) {
    const texts = [...task.lacking];
    if (!task.begun && today() > task.until && !texts.some((text) => text.includes("期限"))) texts.push(`检查期限已于${task.until}届满`);
    return texts;
  }

  /** What a row of the outbox means for its owner. */
  function told(row) {
    if (row.state === "done") {
      return h("p", { class: "in-force" }, `已入账${row.entries.length > 0 ? `：账本第 ${row.entries.join("、")} 条` : ""}${row.already ? "（此前已经上传，没有重复记录）" : ""}`);
    }
    const wait = row.state === "waiting" && row.attempts > 0 && row.next > Date.now() ? `，${Math.ceil((row.next - Date.now()) / 1000)} 秒后重试` : "";
    const article = row.article ? ["　依据：", h("a", { href: row.article.href }, row.article.text)] : null;
    const force = row.state === "refused" ? "没有入账，不生效" : "尚未上传，未生效";
    return h("p", { class: "not-yet" }, h("strong", {}, STATES[row.state]), `：${force}。`, row.reason || "", wait, article);
  }

  // ---- the list ----

  function listView() {
    const tasks = taken.tasks.map((task) => {
      const mine = rows.filter((row) => row.visit === task.visit);
      return h(
        "li",
        { class: "panel" },
        h("h2", {}, h("a", { href: `#/visit/${task.visit}` }, task.name)),
        h("p", {}, task.entity, h("br"), task.address || "登记住所未报送"),
        h("p", {}, `最迟 ${task.until} 开始检查　`, h("span", { class: "tag" }, task.recorded ? "已记录" : task.begun ? "已开始" : "未开始")),
        lacking(task).map((text) => h("p", { class: "not-yet" }, `${text}，不得开始检查`)),
        mine.filter((row) => row.state !== "done" || row.kind === "record").map(told),
        go(`/visit/${task.visit}`, "办理", "btn btn-primary tall"),
      );
    });
    const at = new Date(taken.at).toLocaleString("zh-CN");
    return [
      h("h1", {}, "检查任务"),
      tasks.length > 0 ? h("ul", { class: "plain-list" }, tasks) : h("p", {}, "没有需要到场的检查。"),
      h("p", { class: "soft" }, `任务于 ${at} 取自服务器。`),
      button("更新任务", update, { class: "btn btn-outline-primary tall" }),
    ];
  }

  // ---- one visit ----

  async function visitView(visit) {
    const task = taskOf(visit);
    if (!task) return [h("h1", {}, "没有这项任务"), h("p", {}, "任务可能已经办结，或者不由当前账号办理。"), go("/", "返回任务")];
    const draft = await store.draft(visit);
    const texts = lacking(task);
    return [
      h("p", {}, go("/", "‹ 全部任务", "back")),
      h("h1", {}, task.name),
      standing(task, draft, texts),
      panel(
        "向企业出示",
        facts([
          ["检查单位", `${task.organ_name}${task.lead ? "（牵头）" : "（参加）"}`],
          ["被检查单位", `${task.name}（${task.entity}）`],
          ["地址", task.address],
          ["审批表", task.approved.map((paper) => h("span", { class: "block" }, `${paper.name} ${paper.number}，${paper.on}`)).concat(task.approved.length ? [] : ["未批准"])],
          ["通知书", task.noticed || "未送达"],
        ]),
        h("h3", {}, "执法证"),
        h("ul", { class: "papers" }, task.team.map((mate) => h("li", {}, h("strong", {}, mate.certificate), `　${mate.called || "其他部门人员"}`))),
      ),
      arrival(task, draft, texts),
      panel("检查事项", h("ol", { class: "plain-list" }, task.items.map((item) => itemLine(task, draft, item)))),
      photos(task, draft, ""),
      closing(task, draft, texts),
    ];
  }

  /** What is not in force yet. */
  function standing(task, draft, texts) {
    const lines = texts.map((text) => h("p", { class: "not-yet" }, h("strong", {}, text), "，不得开始检查"));
    const sent = [rowOf(draft.beginClient), rowOf(draft.client)].filter(Boolean);
    for (const row of sent) lines.push(h("div", {}, h("strong", {}, row.kind === "begin" ? "开始检查" : "检查笔录"), told(row)));
    if (sent.length === 0 && task.begun) lines.push(h("p", { class: "in-force" }, "检查已开始，已入账。"));
    if (!online) lines.push(h("p", { class: "not-yet" }, "当前没有网络：可以继续填写，上传前不生效；审批、送达情况以最近一次更新任务时为准。"));
    if (lines.length === 0) lines.push(h("p", {}, "审批、通知和人员齐备，可以开始检查。"));
    return h("section", { class: "panel", "aria-label": "效力" }, lines);
  }

  function itemLine(task, draft, item) {
    const found = draft.results[item.code];
    const done = found?.result ? nameOf(found.result) : task.recorded ? "已记录" : "未填写";
    return h("li", {}, h("a", { class: "wide-link", href: `#/visit/${task.visit}/item/${item.code}/0` }, h("span", {}, item.name), h("span", { class: "tag" }, done)));
  }

  /** 扫码入企, who is there, and the beginning. */
  function arrival(task, draft, texts) {
    if (!task.lead) return panel("开始检查", h("p", {}, task.begun ? "牵头单位已开始检查。" : "由牵头单位开始检查；本单位可以先填写，牵头单位开始后上传。"));
    const row = rowOf(draft.beginClient);
    const fixed = task.begun || locked(draft) || (row && row.state !== "refused");
    const present = draft.present || task.team.map((mate) => mate.certificate);
    const mate = (one) =>
      choice("checkbox", "present", one.certificate, `${one.certificate}　${one.called}`, present.includes(one.certificate), async (event) => {
        await store.change(task.visit, (now) => {
          const there = new Set(now.present || task.team.map((member) => member.certificate));
          if (event.target.checked) there.add(one.certificate);
          else there.delete(one.certificate);
          now.present = task.team.map((member) => member.certificate).filter((number) => there.has(number));
        });
      }, Boolean(fixed));
    const begin = button("开始检查", () => beginVisit(task), { disabled: texts.length > 0, class: "btn btn-primary tall" });
    return panel(
      "到场",
      fixed ? h("p", {}, draft.begin ? `${draft.begin.on}${draft.begin.scanned ? "，已扫码入企" : "，未扫码"}` : "检查已开始。") : scanning(task, draft),
      h("fieldset", {}, h("legend", {}, "到场的检查人员（须出示执法证）"), task.team.map(mate)),
      fixed ? null : begin,
      texts.length > 0 ? h("p", { class: "not-yet" }, "上列事项齐备以前不得开始检查。") : null,
    );
  }

  async function beginVisit(task) {
    await store.queue(task.visit, "begin", (draft, client) => {
      draft.begin = {
        on: today(),
        scanned: draft.scanned.toUpperCase().includes(task.entity),
        present: draft.present || task.team.map((mate) => mate.certificate),
        device: store.device,
        at: clock(),
      };
      return { sheet: { client, visit: task.visit, begin: draft.begin }, files: [] };
    });
    await update();
  }

  /** The code at the enterprise's door: by camera where the browser reads codes, else typed. */
  function scanning(task, draft) {
    const result = h("p", { role: "status", class: "scan-result" });
    const field = h("input", { class: "form-control", id: "code", autocomplete: "off", input: () => took(field.value), "aria-describedby": "code-hint" });
    const video = h("video", { class: "scan-video", hidden: true, playsinline: true, muted: true, "aria-label": "摄像头画面" });
    function show(text) {
      const fits = text.toUpperCase().includes(task.entity);
      result.className = `scan-result ${fits ? "in-force" : "not-yet"}`;
      result.textContent = text === "" ? "" : fits ? "与任务单位一致，记为扫码入企。" : `扫到的不是任务单位（${task.entity}）的码，请核对单位；不记为扫码入企。`;
    }
    async function took(text) {
      field.value = text;
      show(text.trim());
      await store.change(task.visit, (now) => (now.scanned = text.trim()));
    }
    field.value = draft.scanned;
    show(draft.scanned);
    const reader = "BarcodeDetector" in root ? new root.BarcodeDetector({ formats: ["qr_code"] }) : null;
    const camera = reader && root.navigator.mediaDevices?.getUserMedia
      ? button("扫企业码", () => watch(reader, video, took, result), { class: "btn btn-outline-primary tall" })
      : null;
    const picture = reader
      ? h("label", { class: "btn btn-outline-primary tall" }, "拍企业码", h("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", change: async (event) => {
          const codes = await reader.detect(await root.createImageBitmap(event.target.files[0])).catch(() => []);
          if (codes.length > 0) await took(codes[0].rawValue);
          else result.textContent = "照片里没有认出企业码，可以再拍一次或者输入统一社会信用代码。";
        } }))
      : null;
    return h("div", {}, h("div", { class: "actions" }, camera, picture), video, h("label", { class: "form-label wide-label", for: "code" }, "企业码内容"), field,
      h("p", { class: "soft", id: "code-hint" }, "不能扫码时，输入企业码下方的统一社会信用代码。"), result);
  }

  async function watch(reader, video, took, result) {
    let stream;
    try {
      stream = await root.navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      result.textContent = "不能使用摄像头，请允许后再试，或者输入统一社会信用代码。";
      return;
    }
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    try {
      while (video.isConnected) {
        const codes = await reader.detect(video).catch(() => []);
        if (codes.length > 0) return await took(codes[0].rawValue);
        await new Promise((done) => setTimeout(done, 250));
      }
    } finally {
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
    }
  }

  // ---- one question a screen ----

  async function itemView(visit, code, at) {
    const task = taskOf(visit);
    const item = task?.items.find((one) => one.code === code);
    if (!item) return visitView(visit);
    const draft = await store.draft(visit);
    const found = draft.results[code] || { result: "", words: "", answers: {} };
    const fixed = locked(draft) || task.recorded;
    const change = (set) => store.change(visit, (now) => {
      now.results[code] = now.results[code] || { result: "", words: "", answers: {} };
      set(now.results[code]);
    });
    const last = item.checks.length;
    const step = Math.min(Math.max(0, at), last);
    const path = (to) => `/visit/${visit}/item/${code}/${to}`;
    const head = [
      h("p", {}, go(`/visit/${visit}`, `‹ ${task.name}`, "back")),
      h("h1", {}, item.name),
      h("p", { class: "soft" }, step < last ? `检查标准 ${step + 1} / ${last}` : "检查结果"),
      fixed ? h("p", { class: "not-yet" }, "笔录已提交，这里只能查看。") : null,
    ];
    const foot = h(
      "nav",
      { class: "steps", "aria-label": "检查标准" },
      step > 0 ? go(path(step - 1), "上一项", "btn btn-outline-primary tall") : h("span"),
      step < last ? go(path(step + 1), "下一项", "btn btn-primary tall") : go(`/visit/${visit}`, "完成本事项", "btn btn-primary tall"),
    );
    const body = step < last ? checkForm(task, item.checks[step], found, change, fixed) : resultForm(task, draft, item, found, change, fixed);
    return [head, body, foot];
  }

  function checkForm(task, check, found, change, fixed) {
    const answer = found.answers[check.key];
    const kind = answer === undefined ? "" : answer === true ? "yes" : answer === false ? "no" : "text";
    const text = words("说明", typeof answer === "string" ? answer : "", (value) => change((now) => (now.answers[check.key] = value)), { disabled: fixed });
    text.hidden = kind !== "text";
    const pick = (value) => async () => {
      text.hidden = value !== "text";
      const typed = text.querySelector("textarea").value;
      await change((now) => (now.answers[check.key] = value === "text" ? typed : value === "yes"));
    };
    return h(
      "section",
      { class: "panel" },
      h("fieldset", { class: "question" }, h("legend", {}, check.text), ANSWERS.map(([value, name]) => choice("radio", "answer", value, name, kind === value, pick(value), fixed))),
      text,
      cited(task, check.basis),
    );
  }

  function resultForm(task, draft, item, found, change, fixed) {
    const pick = (code) => choice("radio", "result", code.word, code.name, found.result === code.word, () => change((now) => (now.result = code.word)), fixed);
    return [
      h(
        "section",
        { class: "panel" },
        h("fieldset", { class: "question" }, h("legend", {}, "检查结果"), taken.results.map(pick)),
        words("情况说明（发现问题的必须填写）", found.words, (value) => change((now) => (now.words = value)), { disabled: fixed }),
        cited(task, item.basis),
        h("p", { class: "soft" }, "检查结果本身不是行政处罚。"),
      ),
      photos(task, draft, item.name),
    ];
  }

  // ---- photographs ----

  function photos(task, draft, note) {
    const fixed = locked(draft) || task.recorded;
    const status = h("p", { role: "status", class: "soft" });
    const list = h("ul", { class: "plain-list photos" }, draft.photos.map((photo) => photoLine(task, photo, fixed)));
    const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", change: async () => {
      const [file] = input.files;
      if (!file) return;
      status.textContent = "正在压缩并计算摘要…";
      try {
        const photo = await shrink(file);
        photo.note = note;
        const digest = await store.addFile(photo.content, "image/jpeg");
        delete photo.content;
        await store.change(task.visit, (now) => {
          if (!now.photos.some((one) => one.digest === digest)) now.photos.push({ ...photo, digest, name: `p${now.photos.length + 1}.jpg` });
        });
        render();
      } catch {
        status.textContent = "这张照片没有保存：打不开，或者手机存储已满。请重新拍照。";
      }
      input.value = "";
    } });
    const add = fixed ? null : h("label", { class: "btn btn-outline-primary tall" }, "拍照", input);
    return panel("照片证据", list, draft.photos.length === 0 ? h("p", { class: "soft" }, "没有照片。") : null, add, status, h("p", { class: "soft" }, "入账的只有照片的摘要（SHA-256）；照片可以依法删除。"));
  }

  /** Where a picture is, once the server has it. */
  const kept = (task, digest) => `/field/evidence/${digest}?visit=${task.visit}`;

  function photoLine(task, photo, fixed) {
    const remove = button("删除", async () => {
      await store.change(task.visit, (now) => (now.photos = now.photos.filter((one) => one.digest !== photo.digest)));
      render();
    }, { class: "btn btn-outline-danger tall", "aria-label": `删除照片 ${photo.name}` });
    const note = h("input", { class: "form-control", value: photo.note, disabled: fixed, "aria-label": `照片 ${photo.name} 的说明`, placeholder: "照片说明", input: (event) =>
      store.change(task.visit, (now) => {
        const one = now.photos.find((known) => known.digest === photo.digest);
        if (one) one.note = event.target.value;
      }) });
    return h("li", {}, h("img", { src: photo.thumb || kept(task, photo.digest), alt: photo.note || photo.name, width: 96, height: 96 }),
      h("div", {}, note, h("p", { class: "soft code" }, `${Math.ceil(photo.bytes / 1024)} KB　摘要 ${photo.digest}`), fixed ? null : remove));
  }

  /** The picture as JPEG, no side longer than it need be; where it was taken does not travel along. */
  async function shrink(file) {
    const image = await root.createImageBitmap(file).catch(() => decoded(file));
    const full = drawn(image, LONGEST_SIDE);
    const blob = await new Promise((done) => full.toBlob(done, "image/jpeg", QUALITY));
    const content = new Uint8Array(await blob.arrayBuffer());
    return { content, media: "image/jpeg", bytes: content.length, thumb: drawn(image, 192).toDataURL("image/jpeg", 0.6) };
  }

  function decoded(file) {
    return new Promise((done, fail) => {
      const reader = new FileReader();
      reader.onerror = fail;
      reader.onload = () => {
        const image = new Image();
        image.onload = () => done(image);
        image.onerror = fail;
        image.src = reader.result;
      };
      reader.readAsDataURL(file);
    });
  }

  function drawn(image, longest) {
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  // ---- signatures and handing in ----

  /** What the entity signs: all that goes into the ledger about it, in the order of the task. */
  function written(task, draft) {
    return task.items.map((item) => {
      const found = draft.results[item.code] || { result: "", words: "", answers: {} };
      const answers = item.checks.filter((check) => check.key in found.answers).map((check) => ({ key: check.key, answer: found.answers[check.key] }));
      return { item: item.code, result: found.result, words: found.words, answers };
    });
  }

  const recordDigest = (task, draft) =>
    root.ChenghengDigest.ofText(JSON.stringify([task.visit, task.entity, written(task, draft), draft.photos.map((photo) => [photo.digest, photo.note])]));

  /** What is still to be filled in. Whether it suffices by the law, the server says. */
  function gaps(task, draft) {
    const out = [];
    if (task.lead && !task.begun && !draft.begin) out.push("没有开始检查");
    for (const item of task.items) {
      const found = draft.results[item.code];
      if (!found?.result) out.push(`“${item.name}”没有选择检查结果`);
      else if (taken.results.find((code) => code.word === found.result)?.problem && !found.words.trim()) out.push(`“${item.name}”没有说明发现的问题`);
    }
    if (draft.signedBy.length === 0) out.push("检查人员没有签名");
    if (draft.refused) {
      if (!draft.note.trim()) out.push("没有说明企业拒绝签字的情况");
    } else if (!draft.signature) out.push("企业没有签字");
    else if (draft.signature.of !== recordDigest(task, draft)) out.push("企业签字以后内容又有改动，须重新签字");
    return out;
  }

  function closing(task, draft, texts) {
    const row = rowOf(draft.client);
    if (row && row.state !== "refused") {
      const back = row.state === "waiting" && row.attempts === 0
        ? button("撤回修改", () => store.withdraw(row.client), { class: "btn btn-outline-primary tall" }) : null;
      return panel("检查笔录", told(row), back);
    }
    if (task.recorded) return panel("检查笔录", h("p", { class: "in-force" }, "本单位的检查事项已记录。"));
    const missing = gaps(task, draft);
    const own = task.team.filter((mate) => mate.organ === task.organ);
    const sign = (mate) => choice("checkbox", "signed", mate.certificate, `${mate.certificate}　${mate.called}：已核对笔录，签名`, draft.signedBy.includes(mate.certificate), async (event) => {
      await store.change(task.visit, (now) => {
        now.signedBy = own.map((one) => one.certificate).filter((number) => (number === mate.certificate ? event.target.checked : now.signedBy.includes(number)));
      });
      render();
    });
    return panel(
      "签名和提交",
      h("fieldset", {}, h("legend", {}, "检查人员签名"), own.map(sign)),
      h("h3", {}, "企业签字"),
      signed(task, draft),
      row ? told(row) : null,
      missing.length > 0 ? [h("p", {}, "还须填写："), h("ul", { class: "lines" }, missing.map((text) => h("li", {}, text)))] : null,
      button(row ? "修改后重新提交" : "完成并上传", () => handIn(task), { disabled: missing.length > 0 || (texts.length > 0 && !draft.begin), class: "btn btn-primary tall" }),
      h("p", { class: "soft" }, "没有网络时先存入待上传，恢复网络后自动上传；上传前不生效。"),
    );
  }

  function signed(task, draft) {
    if (draft.refused) return h("p", {}, `企业未签字：${draft.note || "（没有说明）"}　`, go(`/visit/${task.visit}/sign`, "修改"));
    if (!draft.signature) return h("p", {}, go(`/visit/${task.visit}/sign`, "企业签字", "btn btn-outline-primary tall"));
    return h("div", {}, h("img", { class: "signature", src: draft.signature.thumb, alt: "企业签字" }), h("p", { class: "soft code" }, `摘要 ${draft.signature.digest}`), go(`/visit/${task.visit}/sign`, "重新签字"));
  }

  async function signView(visit) {
    const task = taskOf(visit);
    const draft = await store.draft(visit);
    if (!task || locked(draft)) return visitView(visit);
    const digest = recordDigest(task, draft);
    const pad = signaturePad();
    const note = words("未签字的情况", draft.note, (value) => store.change(visit, (now) => (now.note = value)));
    note.hidden = !draft.refused;
    const lines = task.items.map((item) => {
      const found = draft.results[item.code];
      return h("li", {}, `${item.name}：${found?.result ? nameOf(found.result) : "未填写"}${found?.words ? `，${found.words}` : ""}`);
    });
    const keep = async () => {
      if (!pad.used()) return pad.status("请先在框内签字。");
      const made = await pad.picture(`${task.name} ${today()} 笔录摘要 ${digest}`);
      const name = await store.addFile(made.content, "image/png");
      await store.change(visit, (now) => Object.assign(now, { signature: { digest: name, bytes: made.content.length, of: digest, thumb: made.thumb }, refused: false }));
      root.location.hash = `#/visit/${visit}`;
    };
    return [
      h("p", {}, go(`/visit/${visit}`, `‹ ${task.name}`, "back")),
      h("h1", {}, "企业签字"),
      panel("签字的内容", h("p", {}, `${task.name}（${task.entity}），${draft.begin?.on || today()}`), h("ul", { class: "lines" }, lines), h("p", {}, `照片 ${draft.photos.length} 张`), h("p", { class: "soft code" }, `笔录摘要 ${digest}`)),
      pad.node,
      h("div", { class: "actions" }, button("清除重签", pad.clear, { class: "btn btn-outline-primary tall" }), button("签字完成", keep, { class: "btn btn-primary tall" })),
      h("section", { class: "panel" }, choice("checkbox", "refused", "1", "企业拒绝签字或者无法签字", draft.refused, async (event) => {
        note.hidden = !event.target.checked;
        await store.change(visit, (now) => (now.refused = event.target.checked));
      }), note, go(`/visit/${visit}`, "返回", "btn btn-outline-primary tall")),
    ];
  }

  function signaturePad() {
    const canvas = h("canvas", { class: "pad", width: 1000, height: 440, role: "img", "aria-label": "签字框：用手指或者笔签字；不能签字时在下面注明" });
    const status = h("p", { role: "status" });
    const ink = canvas.getContext("2d");
    /** Length of what was written, in points of the picture. */
    let written = 0;
    let last = [0, 0];
    function clear() {
      ink.fillStyle = "#fff";
      ink.fillRect(0, 0, canvas.width, canvas.height);
      ink.strokeStyle = "#111";
      ink.lineWidth = 6;
      ink.lineCap = ink.lineJoin = "round";
      written = 0;
    }
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      ink.beginPath();
      last = at(event);
      ink.moveTo(...last);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      // A browser may gather several moves into one event.
      const gathered = event.getCoalescedEvents?.() ?? [];
      for (const move of gathered.length > 0 ? gathered : [event]) {
        const next = at(move);
        written += Math.hypot(next[0] - last[0], next[1] - last[1]);
        last = next;
        ink.lineTo(...next);
      }
      ink.stroke();
    });
    clear();
    const picture = async (text) => {
      ink.fillStyle = "#111";
      ink.font = "13px sans-serif";
      ink.fillText(text, 12, canvas.height - 12, canvas.width - 24);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      return { content: new Uint8Array(await blob.arrayBuffer()), thumb: drawn(canvas, 320).toDataURL("image/png") };
    };
    return { node: h("div", {}, canvas, status), clear, picture, used: () => written > 100, status: (text) => (status.textContent = text) };
  }

  async function handIn(task) {
    await store.queue(task.visit, "record", (draft, client) => {
      const evidence = draft.photos.map((photo) => ({ name: photo.name, media: photo.media, bytes: photo.bytes, digest: photo.digest, note: photo.note }));
      const signature = draft.refused ? null : draft.signature;
      const sheet = { client, visit: task.visit, results: written(task, draft), evidence, signed_by: draft.signedBy, note: draft.refused ? draft.note : "", taken: clock() };
      if (draft.begin) sheet.begin = draft.begin;
      if (signature) sheet.entity_signed = signature.digest;
      const files = draft.photos.map((photo) => photo.digest).concat(signature ? [signature.digest] : []);
      return { sheet, files };
    });
    await update();
  }

  // ---- the outbox ----

  function outboxView() {
    const shown = [...rows].reverse().map((row) => {
      const name = taskOf(row.visit)?.name || `检查 ${row.visit}`;
      return h("li", { class: "panel" }, h("h2", {}, h("a", { href: `#/visit/${row.visit}` }, name)), h("p", {}, row.kind === "begin" ? "开始检查" : `检查笔录，附 ${row.files.length} 份文件`, `　${new Date(row.made).toLocaleString("zh-CN")}`), told(row), h("p", { class: "soft code" }, `编号 ${row.client}`));
    });
    return [
      h("h1", {}, "待上传"),
      shown.length > 0 ? h("ul", { class: "plain-list" }, shown) : h("p", {}, "没有提交过笔录。"),
      h("div", { class: "actions" }, button("立即上传", () => store.flush(true), { class: "btn btn-primary tall" }), stranger || rows.some((row) => row.state === "login") ? h("a", { class: "btn btn-outline-primary tall", href: "/login?back=/field" }, "重新登录") : null),
      panel("本机数据", h("p", {}, `账号 ${store.account} 填写的内容保存在这部手机上。换人使用前请清除。`), button("清除本机数据", eraseAll, { class: "btn btn-outline-danger tall" })),
    ];
  }

  async function eraseAll() {
    const waiting = rows.filter((row) => row.state !== "done").length;
    const question = waiting > 0 ? `还有 ${waiting} 份没有入账，清除以后不能恢复。确定清除？` : "确定清除这部手机上的检查内容？没有提交的草稿也会清除。";
    if (!root.confirm(question)) return;
    await store.erase();
    root.location.href = "/field";
    root.location.reload();
  }

  // ---- going round ----

  async function view() {
    const [, first, visit, second, code, at] = root.location.hash.slice(1).split("/");
    if (first === "outbox") return outboxView();
    if (!taken) return [h("h1", {}, "检查任务"), h("p", {}, "这部手机还没有取过任务，请连接网络后再打开。"), button("更新任务", update)];
    if (first !== "visit") return listView();
    if (second === "item") return itemView(Number(visit), code, Number(at) || 0);
    if (second === "sign") return signView(Number(visit));
    return visitView(Number(visit));
  }

  /** By what a part is found again after the page was built anew. */
  const marked = (part) => (place.contains(part) ? [part.tagName, part.id, part.name, part.value, part.getAttribute("href"), part.getAttribute("aria-label"), part.tagName === "BUTTON" && part.textContent].join("|") : null);

  let rendering = Promise.resolve();
  let shown = null;

  function render(moved = false) {
    rendering = rendering.then(async () => {
      rows = await store.rows();
      taken = (await store.get("meta", "taken")) || null;
      const here = root.location.hash;
      // A signature under way lies on the page alone.
      if (here === shown && here.endsWith("/sign")) return frame();
      shown = here;
      const parts = (await view()).flat(9).filter(Boolean);
      const [scroll, focus] = [root.scrollY, marked(document.activeElement)];
      place.replaceChildren(...parts);
      root.scrollTo({ top: moved ? 0 : scroll, behavior: "instant" });
      if (!moved && focus) [...place.querySelectorAll("a, button, input")].find((part) => marked(part) === focus)?.focus({ preventScroll: true });
      if (moved) document.querySelector("#content").focus({ preventScroll: true });
      return frame();
    }).catch((error) => say(`页面出错：${error.message}`));
    return rendering;
  }

  function frame() {
    const open = rows.filter((row) => row.state !== "done").length;
    document.querySelector("[data-count]").textContent = open;
    const here = root.location.hash.startsWith("#/outbox") ? "outbox" : "list";
    for (const link of document.querySelectorAll("[data-view]")) link.setAttribute("aria-current", link.dataset.view === here ? "page" : "false");
    const insecure = root.isSecureContext ? "" : "本站未使用 HTTPS，断网后不能重新打开本页；已填写的内容仍保存在手机上。";
    const unsent = open > 0 ? `${open} 份尚未入账，未生效。` : "";
    const login = stranger ? `请用账号“${store.account}”重新登录后再上传。` : "";
    say(`${online ? "" : "没有网络。"}${unsent}${login}${insecure}`);
  }

  function say(text) {
    line.hidden = text === "";
    if (line.textContent !== text) line.textContent = text;
  }

  /** Whether somebody is typing or signing, so that the page must not be built anew under the hands. */
  const busy = () => (place.contains(document.activeElement) && document.activeElement.matches("textarea, input:not([type=file], [type=radio], [type=checkbox])")) || root.location.hash.endsWith("/sign");

  /** Shows what came by itself, at once or when the hands are free. */
  async function settle() {
    if (!busy()) return render();
    rows = await store.rows();
    frame();
  }

  async function refreshed() {
    const came = await store.refresh();
    online = came !== false && root.navigator.onLine;
    stranger = came === "login";
    return came;
  }

  async function update() {
    await refreshed();
    await settle();
  }

  async function connected() {
    await update();
    if (!root.navigator.onLine) return;
    await store.flush(true);
    await update();
  }

  async function start() {
    if (!root.indexedDB || !place) return;
    store = await ChenghengField.Store.open(document.body.dataset.account);
    store.onChange((what, foreign) => {
      if (what === "sent") update();
      else if (what !== "draft" || foreign) settle();
    });
    root.addEventListener("unhandledrejection", (event) => say(`没有保存：${event.reason?.message || event.reason}`));
    root.addEventListener("hashchange", () => render(true));
    root.addEventListener("online", connected);
    root.addEventListener("offline", () => {
      online = false;
      settle();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connected());
    await render();
    root.navigator.storage?.persist?.().catch(() => {});
    if (root.navigator.serviceWorker) await root.navigator.serviceWorker.register("/field/worker.js", { scope: "/field" }).catch(() => {});
    await connected();
  }

  start().catch((error) => say(`本机存储不可用，不能离线填写：${error.message}`));
})(globalThis);
