/* What the page does in the browser: speak the page's language, open sources, announce, keep the conversation here only.
   Runs before the framework's own scripts. It asks this server how it is, and nothing else of anyone. */
(() => {
  "use strict";

  // The framework takes its words from the browser's language; a member's English browser must not change the page.
  const language = document.documentElement.lang.slice(0, 2);
  Object.defineProperty(Navigator.prototype, "language", { get: () => language });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => [language] });

  const { memory, asking } = globalThis.sourcier;
  const PAST_TURNS = 40;
  const HEALTH_MS = 4000;
  const UNHEARD = 2; // times that the server may not answer before the person is told
  const byId = (id) => document.getElementById(id);
  let opener = null;
  let lastTurn = null;
  let announced = 0;
  let asked = 0;
  let isRestored = false;
  let saved = "";
  let unheard = 0;

  /* The drawer where a passage is shown: a copy of a panel of the turn, so that a redrawn turn leaves it open. */
  function openPassage(button) {
    const panel = byId(button.value);
    const drawer = byId("drawer");
    if (!panel || !drawer) return;
    const shown = panel.cloneNode(true);
    const heading = shown.querySelector("h3");
    byId("drawer-title").textContent = heading ? heading.textContent : "";
    heading?.remove();
    byId("drawer-body").replaceChildren(...shown.childNodes);
    drawer.dataset.panel = button.value;
    drawer.hidden = false;
    document.documentElement.classList.add("with-drawer");
    opener = button.value;
    markOpen();
    byId("drawer-body").scrollTop = 0;
    byId("drawer-body").querySelector("mark")?.scrollIntoView({ block: "center" });
    drawer.focus({ preventScroll: true });
  }

  function closePassage() {
    const drawer = byId("drawer");
    if (!drawer || drawer.hidden) return;
    drawer.hidden = true;
    document.documentElement.classList.remove("with-drawer");
    const back = opener && document.querySelector(`button.opens[value="${CSS.escape(opener)}"]`);
    opener = null;
    markOpen();
    back?.focus();
  }

  function markOpen() {
    for (const button of document.querySelectorAll("button.opens")) {
      button.classList.toggle("open", button.value === opener);
    }
  }

  /* Earlier turns live in this browser alone: the server keeps none. */
  function keep(turn) {
    const past = byId("past-turns");
    if (!past || !turn) return;
    past.append(turn);
    while (past.children.length > PAST_TURNS) past.firstElementChild.remove();
  }

  const turns = () => [...(byId("past-turns")?.children ?? []), ...(lastTurn ? [lastTurn] : [])];

  /* Written each time that something can be read which could not before, and not at each second that passes. */
  function save() {
    const all = turns();
    const now = all.map((turn) => `${turn.className} ${turn.id} ${turn.querySelectorAll(".sentence, .card, .record").length}`).join();
    if (!isRestored || now === saved) return;
    saved = now;
    memory.save(all);
    memory.setDraft(document.querySelector("#question textarea")?.value ?? "");
    asking.setEarlier(all);
  }

  /* What this tab had before it was reloaded. An answer that was under way then is not any more. */
  function restore() {
    if (isRestored || !byId("past-turns") || !asking.isReady()) return;
    isRestored = true;
    const { turns: before, isBroken } = memory.restore();
    for (const turn of before) {
      if (turn.classList.contains("going")) {
        halt(turn, say("interrupted_reload"));
        memory.setDraft(memory.draft() || asking.questionOf(turn));
      }
      keep(turn);
    }
    if (memory.draft()) asking.fill(memory.draft());
    if (isBroken) note("not_restored");
    else if (asking.wasReconnecting()) note("reconnected");
    save();
    byId("past-turns").lastElementChild?.scrollIntoView({ block: "start" });
  }

  /* The framework may still be drawing the box when the page comes back, and would untick it. */
  function showKept() {
    const box = byId("keep")?.querySelector("input");
    if (box && box.checked !== memory.isKept()) box.click();
  }

  const say = (name) => byId(`say-${name}`)?.textContent ?? "";

  /* One sentence about the page itself, until the next thing that the person does. */
  function note(name) {
    const line = byId("note");
    line.textContent = say(name);
    line.hidden = !name;
  }

  function halt(turn, sentence) {
    turn.classList.replace("going", "halted");
    const line = turn.querySelector(".stopped");
    if (!line) return;
    if (sentence) line.textContent = sentence;
    line.hidden = false;
  }

  function announce(turn) {
    const announcer = byId("announcer");
    if (!announcer) return;
    const sentences = turn.querySelectorAll(".sentence");
    const badge = turn.querySelector(".badge, .failure");
    if (sentences.length > announced) {
      const fresh = [...sentences].slice(announced).map((sentence) => {
        const words = sentence.cloneNode(true);
        words.querySelectorAll("button").forEach((button) => button.remove());
        return words.textContent.trim();
      });
      announcer.textContent = [sentences.length === fresh.length && badge ? badge.textContent : "", ...fresh].join(" ");
    } else if (badge && !sentences.length) {
      announcer.textContent = badge.textContent;
    } else if (!sentences.length) {
      const progress = turn.querySelector(".progress");
      if (progress) announcer.textContent = progress.textContent;
    }
    announced = sentences.length;
  }

  function redrawn() {
    restore();
    const turn = document.querySelector("#current .turn:not(.wiped)");
    const next = document.querySelector("#suggested .suggestions");
    // Found for an answer that is the last one no more.
    if (next) next.hidden = !turn || next.id !== turn.id.replace("turn", "suggestions");
    document.documentElement.classList.toggle("answering", Boolean(turn?.classList.contains("going")));
    document.documentElement.classList.toggle("asked", Boolean(turn || byId("past-turns")?.children.length));
    if (!turn) {
      lastTurn = null;
      save();
      return;
    }
    const isNew = !lastTurn || lastTurn.id !== turn.id;
    const wasFailed = !isNew && lastTurn.classList.contains("failed");
    if (isNew) {
      keep(lastTurn);
      announced = 0;
      asked = Date.now();
      asking.taken();
    }
    lastTurn = turn.cloneNode(true);
    save();
    if (turn.classList.contains("failed") && !wasFailed) asking.putBack(asking.questionOf(turn));
    announce(turn);
    tick();
    markOpen();
    if (isNew) turn.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  /* A small machine may write for a minute: the seconds show that it has not died. */
  function tick() {
    if (isRestored) showKept();
    const elapsed = document.querySelector("#current .turn.going .elapsed");
    const seconds = Math.floor((Date.now() - asked) / 1000);
    if (elapsed && seconds >= 3) elapsed.textContent = ` · ${seconds}\u00a0s`;
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* The answer under way is over, by the person's wish or not: what was verified stays, the question is not lost. */
  function interrupted(sentence) {
    const turn = document.querySelector("#current .turn.going");
    if (!turn) return false;
    halt(turn, sentence);
    asking.putBack(asking.questionOf(turn));
    lastTurn = turn.cloneNode(true);
    document.documentElement.classList.remove("answering");
    save();
    byId("announcer").textContent = turn.querySelector(".stopped").textContent;
    return true;
  }

  function lost() {
    interrupted(say("interrupted_lost"));
    note("unreachable");
    asking.reconnect();
  }

  function cleared() {
    lastTurn = null;
    byId("past-turns")?.replaceChildren();
    // The framework holds the turn itself, and takes it away when the server has answered, if it does.
    const turn = document.querySelector("#current .turn");
    turn?.classList.add("wiped");
    turn?.replaceChildren();
    asking.fill("");
    memory.erase();
    showKept();
    saved = "";
    asking.setEarlier([]);
    document.documentElement.classList.remove("asked", "answering");
    closePassage();
    // What was pressed goes away with the conversation: the next question is asked here.
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
    note("cleared");
  }

  /* What goes on behind the page: documents being brought up to date, a search that is not as it should be. */
  async function bulletin() {
    if (document.hidden || asking.isReconnecting()) return;
    let health;
    try {
      const response = await fetch("./api/health", { cache: "no-store" });
      health = response.ok ? await response.json() : {};
      unheard = 0;
    } catch {
      unheard += 1;
      if (unheard >= UNHEARD) lost();
      return;
    }
    show("activity", health.activity?.text);
    const problems = (health.problems ?? []).map(({ text }) => text);
    const list = byId("problems");
    if (list.dataset.shown !== problems.join("\n")) {
      list.dataset.shown = problems.join("\n");
      list.replaceChildren(
        ...problems.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
      );
    }
    byId("degraded").hidden = !problems.length;
    byId("bulletin").hidden = !health.activity && !problems.length;
  }

  function show(id, text) {
    const line = byId(id);
    line.hidden = !text;
    if (line.textContent !== (text ?? "")) line.textContent = text ?? "";
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.matches(".opens")) openPassage(button);
    else if (button.id === "drawer-close") closePassage();
    else if (button.id === "stop") interrupted("");
    else if (button.id === "clear") cleared();
    else if (button.matches(".again")) asking.again(button, turns());
    else if (button.matches(".suggestion")) asking.order({ question: button.value });
    else if (button.matches(".example")) asking.order({ question: button.textContent.trim() });
  });
  document.addEventListener(
    "click",
    () => {
      if (!asking.isReconnecting()) note("");
    },
    { capture: true },
  );
  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.("#keep input") || target.checked === memory.isKept()) return;
    memory.keep(target.checked, turns());
    note(target.checked ? "kept_on" : "kept_off");
  });
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("#question textarea")) memory.setDraft(target.value);
  });
  document.addEventListener("sourcier:lost", lost);
  document.addEventListener("sourcier:refused", () => note("interrupted_refused"));
  document.addEventListener("sourcier:sending", () => note("sending"));
  document.addEventListener("sourcier:slow", () => note("slow"));
  document.addEventListener("sourcier:taken", () => note(""));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePassage();
  });

  document.addEventListener("DOMContentLoaded", () => {
    setInterval(tick, 1000);
    bulletin();
    setInterval(bulletin, HEALTH_MS);
    document.addEventListener("visibilitychange", bulletin);
    new MutationObserver((changes) => {
      const ours = changes.some(({ target }) => target.closest?.("#current, gradio-app") && !target.closest("#past, .elapsed"));
      if (ours) redrawn();
    }).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
  });
})();
