/* « Parler à une personne »: the dialog, its filters, and a message made here, in the browser, from what is on the page.
   Nothing is sent: a mail program is opened, or a file saved, when the person says so. */
(() => {
  "use strict";

  // Mail programs and systems cut links: some at two thousand characters.
  const MOST_LINK = 1900;
  const byId = (id) => document.getElementById(id);
  const said = (name) => byId("relay-said").querySelector(`[data-name="${name}"]`).textContent;
  /** Half of a surrogate pair cannot be encoded. */
  const wellFormed = (text) => text.replace(/[\uD800-\uDFFF]/gu, "\uFFFD");
  const oneLine = (text) => wellFormed(text).replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  let opener = null;
  let written = "";

  /* --- who can be reached -------------------------------------------------------------------------------------- */
  function filter() {
    const region = byId("relay-region")?.value ?? "";
    const subject = byId("relay-subject")?.value ?? "";
    let shown = 0;
    for (const person of byId("relay").querySelectorAll(".person")) {
      const about = JSON.parse(person.dataset.subjects);
      const fits =
        (!region || !person.dataset.region || person.dataset.region === region) && (!subject || !about.length || about.includes(subject));
      person.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    byId("relay-none").hidden = shown > 0;
    const count = byId("relay-count");
    if (count) count.textContent = shown === 1 ? said("matching_one") : shown ? said("matching_many").replace("{count}", shown) : "";
  }

  function open(button) {
    const dialog = byId("relay");
    if (!dialog) return;
    if (!dialog.open) {
      opener = button;
      dialog.showModal();
    }
    const number = /^write-(\d+)$/.exec(button.value)?.[1];
    if (number === undefined) people();
    else message(dialog.querySelectorAll("#relay-people .person")[number]);
  }

  function people() {
    byId("relay-message").hidden = true;
    byId("relay-people").hidden = false;
    filter();
    byId("relay-title").focus();
  }

  /* --- the message --------------------------------------------------------------------------------------------- */
  /** The latest answer of the page, as the HTTP interface gives it; null where nothing was asked. */
  function exchange() {
    const records = document.querySelectorAll("button.record");
    try {
      return records.length ? JSON.parse(records[records.length - 1].value) : null;
    } catch {
      return null;
    }
  }

  function source({ marker, title, section, page_label: label, page, date, quote }) {
    const place = [title, section, label || page ? `p. ${label || page}` : "", date].filter(Boolean).join(", ");
    return `[${marker}] ${place} : « ${quote.replace(/\s+/g, " ").trim()} »`;
  }

  function text() {
    const asked = exchange();
    const ticked = (name) => asked && byId(`relay-${name}`).checked;
    const parts = [said("hello")];
    if (ticked("question")) parts.push(`${said("said_question")}\n${asked.question}`);
    if (ticked("answer")) parts.push(`${said("said_answer")}\n${asked.answer}`);
    if (ticked("sources") && asked.citations.length) parts.push(`${said("said_sources")}\n${asked.citations.map(source).join("\n")}`);
    parts.push(`${said("said_mine")}\n`, said("thanks"));
    return wellFormed(parts.join("\n\n"));
  }

  function message(person) {
    const asked = exchange();
    byId("relay-people").hidden = true;
    byId("relay-message").hidden = false;
    byId("relay-what").hidden = !asked;
    byId("relay-no-exchange").hidden = Boolean(asked);
    byId("relay-to").value = person?.dataset.email ?? "";
    byId("relay-object").value = said("default_subject");
    byId("relay-done").textContent = "";
    byId("relay-body").value = written = text();
    link();
    byId("relay-message-title").focus();
  }

  /** The text is made again from the boxes only while nobody has changed it; else what is ticked is only added or left to her. */
  function ticks() {
    const box = byId("relay-body");
    if (box.value === written) box.value = written = text();
    else {
      const fresh = text();
      for (const part of written.split("\n\n")) if (!fresh.includes(part)) box.value = box.value.replace(`${part}\n\n`, "");
      const added = fresh.split("\n\n").filter((part) => !written.includes(part));
      if (added.length) box.value += `\n\n${added.join("\n\n")}`;
      written = fresh;
    }
    link();
  }

  const addresses = () =>
    oneLine(byId("relay-to").value)
      .split(/[,;\s]+/)
      .filter((one) => /^[\x21-\x7e]+@[\x21-\x7e]+$/.test(one));

  function href(body) {
    const to = addresses().map((one) => encodeURIComponent(one).replace("%40", "@")).join(",");
    const lines = wellFormed(body).replace(/\r\n?|\n/g, "\r\n");
    return `mailto:${to}?subject=${encodeURIComponent(oneLine(byId("relay-object").value))}&body=${encodeURIComponent(lines)}`;
  }

  /** The link to the mail program; cut between two characters where the whole is longer than such programs take. */
  function link() {
    const points = [...byId("relay-body").value];
    const whole = href(points.join(""));
    byId("relay-cut").hidden = whole.length <= MOST_LINK;
    if (whole.length <= MOST_LINK) {
      byId("relay-mail").href = whole;
      return;
    }
    const cut = (count) => href(`${points.slice(0, count).join("").trimEnd()}\n\n${said("message_rest")}`);
    let [least, most] = [0, points.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (cut(middle).length <= MOST_LINK) least = middle;
      else most = middle - 1;
    }
    byId("relay-mail").href = cut(least);
  }

  const base64 = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

  /** A header's value as RFC 2047 asks: words of 75 characters at most, cut between two characters. */
  function header(text) {
    if (/^[\x20-\x7e]*$/.test(text)) return text;
    const words = [""];
    for (const point of text) {
      if (base64(words[words.length - 1] + point).length > 48) words.push("");
      words[words.length - 1] += point;
    }
    return words.map((word) => `=?UTF-8?B?${base64(word)}?=`).join("\r\n ");
  }

  /** An unsent message as RFC 5322 and RFC 2045 write it. */
  function eml() {
    const body = wellFormed(byId("relay-body").value).replace(/\r\n?|\n/g, "\r\n");
    return [
      ...(addresses().length ? [`To: ${addresses().join(", ")}`] : []),
      `Subject: ${header(oneLine(byId("relay-object").value))}`,
      "X-Unsent: 1",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      ...base64(body).match(/.{1,76}/g),
      "",
    ].join("\r\n");
  }

  function save(content, type, extension) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    const anchor = Object.assign(document.createElement("a"), { href: address, download: `${said("file_name")}.${extension}` });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    byId("relay-done").textContent = said("message_saved");
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(byId("relay-body").value);
      byId("relay-done").textContent = said("message_copied");
    } catch {
      byId("relay-body").select();
      byId("relay-done").textContent = said("message_not_copied");
    }
  }

  /* --- what happens on the page --------------------------------------------------------------------------------- */
  const actions = {
    "relay-back": people,
    "relay-eml": () => save(eml(), "message/rfc822", "eml"),
    "relay-txt": () => save(wellFormed(byId("relay-body").value), "text/plain;charset=utf-8", "txt"),
    "relay-copy": copy,
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (!button) return;
    if (button.matches(".reach")) open(button);
    else actions[button.id]?.();
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("#relay-region, #relay-subject")) filter();
    else if (target.matches?.("#relay-what input")) ticks();
  });
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("#relay-to, #relay-object, #relay-body")) link();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "relay-message") event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    // Whatever was written is gone with the dialog: the next person at this device must not find it.
    byId("relay")?.addEventListener("close", () => {
      for (const id of ["relay-to", "relay-object", "relay-body"]) byId(id).value = "";
      byId("relay-mail").href = "mailto:";
      if (opener?.isConnected) opener.focus();
      opener = null;
    });
    let announced = "";
    new MutationObserver(() => {
      const block = document.querySelector("#current .turn .urgent");
      const turn = block?.closest(".turn").id ?? "";
      if (turn && turn !== announced && byId("relay-alert")) {
        byId("relay-alert").textContent = [...block.querySelectorAll("h3, h3 ~ p:not(.follows)")].map((one) => one.textContent).join(" ");
      }
      announced = turn || announced;
    }).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
  });
})();
