/* Taking answers along: copied, printed or as a file, and a link that reopens a question. What is taken is asked of this
   server alone, which composes it and forgets it; the link's question stays after the « # », which no server is sent. */
(() => {
  "use strict";

  const MOST_BYTES = 950_000; // the server refuses a million
  const MOST_CHARACTERS = 2000;
  const QUESTION = "#q=";
  const byId = (id) => document.getElementById(id);
  const { memory } = globalThis.sourcier;
  let turn = null;

  const questionOf = (one) => one.querySelector(".question p")?.textContent ?? "";

  /** An answer as the interface gave it, and when it was asked for; null where there is none. */
  function answerOf(one) {
    try {
      const answer = JSON.parse(one.querySelector("button.record").value);
      const asked = one.querySelector("button.take")?.value;
      delete answer.retrieved; // read, not cited: no file says it
      return asked ? { ...answer, asked_at: asked } : answer;
    } catch {
      return null;
    }
  }

  const taken = () => [...document.querySelectorAll("#past-turns .turn, #current .turn:not(.wiped)")].filter(answerOf);

  function say(name) {
    byId("take-said").textContent = byId(`take-say-${name}`)?.textContent ?? name;
  }

  /** What the person chose, as a file of this server; an error whose message is the sentence to show. */
  async function asked(form) {
    const isAll = document.querySelector('#take-scope input[value="all"]').checked;
    const answers = (isAll ? taken() : [turn]).map(answerOf);
    const body = JSON.stringify({ answers, language: document.documentElement.lang.slice(0, 2) });
    if (new Blob([body]).size > MOST_BYTES) throw new Error(byId("take-say-too_long").textContent);
    let response;
    try {
      response = await fetch(`./api/v1/export/${form}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    } catch {
      throw new Error(byId("take-say-unreachable").textContent);
    }
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    throw new Error(told.error ?? byId("take-say-not_made").textContent);
  }

  async function save(form) {
    const response = await asked(form);
    const name = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? `sourcier.${form}`;
    const address = URL.createObjectURL(await response.blob());
    const link = Object.assign(document.createElement("a"), { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say("saved");
  }

  /** As rich text where it is pasted in a document, as plain text elsewhere. */
  async function copy() {
    const [html, text] = ["html", "txt"].map(async (form) => (await asked(form)).text());
    say((await put({ "text/html": html, "text/plain": text })) ? "copied" : "not_copied");
  }

  /** Texts, or promises of them: some browsers let a page copy only while the click lasts, and wait for what it promised. */
  async function put(kinds) {
    try {
      const blobs = Object.entries(kinds).map(([type, text]) => [type, Promise.resolve(text).then((words) => new Blob([words], { type }))]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
      return true;
    } catch {
      const texts = await Promise.all(Object.entries(kinds).map(async ([type, text]) => [type, await text]));
      return putAsBefore(Object.fromEntries(texts));
    }
  }

  /** Where the page is not on this machine nor over HTTPS, browsers have the older way only. */
  function putAsBefore(kinds) {
    let isPut = false;
    const fill = (event) => {
      for (const [type, text] of Object.entries(kinds)) event.clipboardData.setData(type, text);
      event.preventDefault();
      isPut = true;
    };
    document.addEventListener("copy", fill, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", fill);
    return isPut;
  }

  async function print() {
    const page = new DOMParser().parseFromString(await (await asked("html")).text(), "text/html");
    const sheet = byId("print-sheet") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "print-sheet" }));
    sheet.replaceChildren(...page.body.children);
    const title = document.title;
    document.title = page.title;
    byId("take").close();
    addEventListener(
      "afterprint",
      () => {
        document.title = title;
        sheet.remove();
        back()?.focus();
      },
      { once: true },
    );
    globalThis.print();
  }

  async function copyLink() {
    const { origin, pathname } = location;
    const link = `${origin}${pathname}${QUESTION}${encodeURIComponent(questionOf(turn))}`;
    say((await put({ "text/plain": link })) ? "link_copied" : "not_copied");
  }

  /** The button may have been drawn again since. */
  const back = () => turn && document.querySelector(`#${CSS.escape(turn.id)} button.take`);

  function open(button) {
    turn = button.closest(".turn");
    byId("take-said").textContent = "";
    const all = taken().length;
    byId("take-scope").hidden = all < 2;
    document.querySelector('#take-scope input[value="one"]').checked = true;
    byId("take").showModal();
    byId("take-copy").focus();
  }

  async function run(action) {
    say("working");
    try {
      await action();
    } catch (error) {
      say(error.message);
    }
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (!button) return;
    if (button.matches(".take")) open(button);
    else if (button.matches(".take-file")) run(() => save(button.value));
    else if (button.id === "take-copy") run(copy);
    else if (button.id === "take-print") run(print);
    else if (button.id === "take-link") run(copyLink);
  });

  /* A question that came with the address: put in the box, for the person to ask or not, and taken out of the address. */
  function reopened() {
    if (!location.hash.startsWith(QUESTION)) return "";
    let question = "";
    try {
      question = decodeURIComponent(location.hash.slice(QUESTION.length)).trim().slice(0, MOST_CHARACTERS);
    } catch {
      // not one of ours
    }
    history.replaceState(null, "", location.pathname);
    return question;
  }

  const question = reopened();
  if (question) memory.setDraft(question); // what the box is filled with once it is there
  addEventListener("hashchange", () => {
    const other = reopened();
    if (other) globalThis.sourcier.asking.fill(other);
  });
  document.addEventListener("DOMContentLoaded", () => {
    byId("take").addEventListener("close", () => back()?.focus());
  });
})();
