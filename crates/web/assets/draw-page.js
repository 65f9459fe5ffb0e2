// The page on which anybody verifies a draw and parties make their commitments. What is entered here goes nowhere;
// draw.js does the computing.
(function () {
  "use strict";

  const { verify, find, commitment } = globalThis.ChenghengDraw;
  const breathe = () => new Promise((resolve) => setTimeout(resolve));

  /** Only the newest file counts: who chooses another while one is being verified is not shown the old one. */
  let turn = 0;
  let last = null;

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function notice(kind, strong, text) {
    const box = element("div", undefined, `notice ${kind}`);
    const line = element("p");
    line.append(element("strong", strong), text);
    box.append(line);
    return box;
  }

  function row(step) {
    const item = element("li");
    const mark = step.ok ? element("span", "相符", "tag tag-calm") : element("span", "不符", "tag tag-serious");
    item.append(mark, element("strong", ` ${step.name}：`), step.text);
    return item;
  }

  function verdict(result) {
    if (!result.ok) return notice("bad", "核验不通过。", "第一处不符在下面列明，其后的各项不再核验。");
    if (result.pending) return notice("good", "名单核验通过。", "种子还没有产生，抽取尚未进行。");
    return notice("good", "核验通过。", `抽中的 ${result.drawn.length} 个对象、检查组和抽取之后的变更都能由文件重新算出。`);
  }

  async function work(place, name, read) {
    const mine = ++turn;
    last = null;
    const head = element("div");
    const steps = element("ol", undefined, "lines steps");
    // Only the verdict is read out at once; the steps are there to be read at leisure.
    head.setAttribute("aria-live", "polite");
    place.replaceChildren(head, steps);
    await breathe();
    head.replaceChildren(notice("", "正在核验。", name));
    try {
      const onStep = (step) => mine === turn && steps.append(row(step));
      const result = await verify(await read(), { onStep, pause: breathe });
      if (mine !== turn) return;
      last = result;
      head.replaceChildren(verdict(result));
    } catch (error) {
      if (mine === turn) head.replaceChildren(notice("bad", "无法核验。", `${name}：${error.message}`));
    }
  }

  async function fetched(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`本站没有给出这个文件（${answer.status}）`);
    return answer.text();
  }

  function standing(result, found) {
    const where = `名单第 ${found.layer} 层第 ${found.at} 号（均从 0 起），代号 ${found.ticket}。`;
    const same = (object) => object.ticket === found.ticket;
    if (result.pending) return `在${where}抽取尚未进行。`;
    if (!result.ok) return `在${where}这个文件核验不通过，是否抽中不能由它确定。`;
    if (result.current.some(same)) return `在${where}被抽中。`;
    return result.drawn.some(same) ? `在${where}曾被抽中，后由备选对象替换。` : `在${where}没有被抽中。`;
  }

  function answer(form) {
    const code = form.elements.code.value.trim().toUpperCase();
    const salt = form.elements.salt.value.trim().toLowerCase();
    if ([...code].length !== 18) return "统一社会信用代码应为 18 个字符。";
    if (!/^[0-9a-f]{32}$/.test(salt)) return "盐值应为 32 位十六进制。";
    if (!last || !last.frame) return "请先核验一个抽取文件。";
    const found = find(last.frame, salt, code);
    return found.layer === null ? `不在名单中：由代码和盐值算得代号 ${found.ticket}，名单里没有。` : standing(last, found);
  }

  /** §5 of docs/DRAW.md; the value is taken as it stands, since every character counts. */
  function committed(form) {
    const { party, value, suite } = form.elements;
    const strange = /[\t\n]|^\s|\s$/;
    if (strange.test(party.value) || strange.test(value.value)) return notice("bad", "", "名称和数值的首尾不能有空白，中间不能有制表符。");
    if ([...value.value].length < 16) return notice("bad", "", "数值至少 16 个字符。");
    const box = notice("good", `“${party.value}”的承诺`, "，请交给牵头机关写入名单：");
    box.append(element("p", commitment(suite.value, party.value, value.value), "code"));
    return box;
  }

  const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

  /** 32 letters of 32 kinds: 160 bits, and none is taken for another when it is read out. */
  function randomValue() {
    return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => LETTERS[byte % 32]).join("");
  }

  /** Forms are hidden without this script, because a browser would send what they hold to the server. */
  function onSubmit(name, work) {
    for (const form of document.querySelectorAll(`form[${name}]`)) {
      form.hidden = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        work(form);
      });
    }
  }

  function startCommitments() {
    const shown = document.querySelector("[data-draw-commitment]");
    onSubmit("data-draw-commit", (form) => shown.replaceChildren(committed(form)));
    for (const form of document.querySelectorAll("form[data-draw-commit]")) {
      form.addEventListener("input", () => shown.replaceChildren());
      form.querySelector("[data-draw-random]").addEventListener("click", () => {
        form.elements.value.value = randomValue();
        shown.replaceChildren();
      });
    }
  }

  function startFiles(place) {
    const open = (file) => file && work(place, file.name, () => file.text());
    for (const input of document.querySelectorAll("[data-draw-file]")) {
      input.addEventListener("change", () => open(input.files[0]));
    }
    const bringsFile = (event) => event.dataTransfer.types.includes("Files");
    document.addEventListener("dragover", (event) => bringsFile(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!bringsFile(event)) return;
      event.preventDefault();
      open(event.dataTransfer.files[0]);
    });
    for (const button of document.querySelectorAll("[data-draw-address]")) {
      button.hidden = false;
      button.addEventListener("click", () => work(place, button.dataset.drawAddress, () => fetched(button.dataset.drawAddress)));
    }
  }

  function start() {
    const place = document.querySelector("[data-draw-result]");
    if (!place) return;
    startFiles(place);
    onSubmit("data-draw-mine", (form) => {
      form.querySelector("[data-draw-answer]").textContent = answer(form);
    });
    startCommitments();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
