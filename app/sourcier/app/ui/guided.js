/* « Réflexion guidée »: while it is on, a question first brings its passages and a box for the member's own reading. What she
   writes goes to the server for that comparison, and is kept nowhere: not even here, once the panel is closed. */
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const said = (name) => byId("guided-said").querySelector(`[data-name="${name}"]`).textContent;
  const isOn = () => byId("guided")?.querySelector("input")?.checked ?? false;
  const { asking } = globalThis.sourcier;
  let question = "";
  let calls = 0;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  }

  async function post(reading) {
    const response = await fetch("./api/v1/reading", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question, reading }),
    });
    const reply = await response.json();
    if (!response.ok) throw new Error(reply.error ?? "");
    return reply;
  }

  function show(part) {
    for (const id of ["guided-read", "guided-beside"]) byId(id).hidden = id !== part;
    document.documentElement.classList.toggle("guided-reading", part === "guided-read");
  }

  function close() {
    calls += 1;
    question = "";
    byId("guided-panel").hidden = true;
    byId("guided-answer").dataset.of = "";
    byId("guided-reading").value = "";
    for (const id of ["guided-passages", "guided-sentences", "guided-answer", "guided-status", "guided-question"]) byId(id).replaceChildren();
    document.documentElement.classList.remove("guided", "guided-reading");
  }

  /** The passages of a question, before anything is answered. */
  async function begin(text) {
    close();
    question = text;
    const call = ++calls;
    const panel = byId("guided-panel");
    byId("composer").before(panel);
    panel.hidden = false;
    document.documentElement.classList.add("guided", "asked");
    show("");
    asking.fill("");
    byId("guided-question").textContent = text;
    byId("guided-status").textContent = said("status_searching");
    byId("guided-title").focus();
    let reply;
    try {
      reply = await post("");
    } catch (error) {
      if (call === calls) failed(error);
      return;
    }
    if (call !== calls) return;
    if (reply.urgent || !reply.passages.length) {
      // Nothing to read first, or no time to.
      const why = said(reply.urgent ? "status_urgent" : "status_none");
      answer();
      close();
      byId("announcer").textContent = why;
      return;
    }
    byId("guided-passages").replaceChildren(...reply.passages.map(passage));
    byId("guided-status").textContent = "";
    show("guided-read");
    panel.scrollIntoView({ block: "start" });
  }

  function failed(error) {
    byId("guided-status").textContent = error.message || said("status_failed");
    if (question) asking.fill(question);
  }

  function passage({ title, place, text }) {
    const item = document.createElement("li");
    const words = element("blockquote", "", text);
    words.tabIndex = 0; // a long one scrolls, by the keyboard too
    item.append(words, element("p", "where", [title, place].filter(Boolean).join(" · ")));
    return item;
  }

  /** The answer comes as it always does, in the conversation; the panel shows it beside her reading. */
  function answer() {
    asking.order({ question });
  }

  async function compare() {
    const reading = byId("guided-reading").value.trim();
    if (!reading) {
      byId("guided-reading").focus();
      return;
    }
    const call = ++calls;
    show("guided-beside");
    byId("guided-status").textContent = said("status_comparing");
    byId("guided-answer").replaceChildren(element("p", "where", said("answer_coming")));
    byId("guided-sentences").replaceChildren(element("li", "hers", reading));
    byId("guided-hers").focus();
    answer();
    try {
      const { sentences } = await post(reading);
      if (call !== calls) return;
      byId("guided-reading").value = "";
      byId("guided-sentences").replaceChildren(...sentences.map(judged));
      byId("guided-status").textContent = "";
    } catch (error) {
      if (call === calls) byId("guided-status").textContent = error.message || said("status_failed");
    }
  }

  function judged({ text, finding, quotes, why }) {
    const item = element("li", finding, "");
    item.append(element("p", "hers", text), element("p", "finding", said(finding)));
    if (why) item.append(element("p", "where", why));
    if (finding === "silent") item.append(element("p", "where", said("silent_note")));
    if (finding === "silent" && quotes.length) item.append(element("p", "where", said("nearest")));
    for (const quote of quotes) item.append(...passage(quote).childNodes);
    return item;
  }

  /** A copy of the answer as it grows; its markers open the same passages. */
  function follow() {
    if (!question || byId("guided-beside").hidden) return;
    const turn = document.querySelector("#current .turn");
    const shown = turn && asking.questionOf(turn) === question && turn.querySelector(".answer");
    if (!shown || byId("guided-answer").dataset.of === shown.innerHTML) return;
    // The page has gone to the new answer: back to where she is reading it.
    if (!byId("guided-answer").dataset.of) byId("guided-panel").scrollIntoView({ block: "start" });
    byId("guided-answer").dataset.of = shown.innerHTML;
    byId("guided-answer").replaceChildren(...shown.cloneNode(true).childNodes);
  }

  const actions = {
    "guided-skip": () => {
      answer();
      close();
    },
    "guided-cancel": () => {
      asking.fill(question);
      close();
      byId("question").querySelector("textarea").focus();
    },
    "guided-done": () => {
      close();
      byId("question").querySelector("textarea").focus();
    },
    clear: close,
  };

  /** Before the framework and the page's own script: the question waits for the reading. */
  function held(event, text) {
    if (!isOn() || !text.trim() || document.querySelector("#current .turn.going")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    begin(text.trim());
  }

  const typed = () => byId("question")?.querySelector("textarea").value ?? "";
  addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.("button");
      if (button?.id === "ask") held(event, typed());
      else if (button?.matches(".example, .suggestion")) held(event, button.value || button.textContent);
    },
    { capture: true },
  );
  addEventListener(
    "keydown",
    (event) => {
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches?.("#question textarea");
      if (sends) held(event, typed());
    },
    { capture: true },
  );
  document.addEventListener("click", ({ target }) => actions[target.closest?.("button")?.id]?.());
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "guided-form") return;
    event.preventDefault();
    compare();
  });
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(follow).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
  });
})();
