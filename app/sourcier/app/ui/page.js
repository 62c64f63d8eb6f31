/* What the page does in the browser: speak the page's language, open sources, announce, keep earlier turns here only.
   Runs before the framework's own scripts. It asks this server how it is, and nothing else of anyone, and never reads
   text as markup. */
(() => {
  "use strict";

  // The framework takes its words from the browser's language; a member's English browser must not change the page.
  const language = document.documentElement.lang.slice(0, 2);
  Object.defineProperty(Navigator.prototype, "language", { get: () => language });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => [language] });

  const PAST_TURNS = 40;
  const HEALTH_MS = 4000;
  const byId = (id) => document.getElementById(id);
  let opener = null;
  let lastTurn = null;
  let announced = 0;
  let asked = 0;

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

  /* Earlier turns live in this page alone: the server keeps none, and a reload forgets them. */
  function keep(turn) {
    const past = byId("past-turns");
    if (!past || !turn) return;
    past.append(turn);
    while (past.children.length > PAST_TURNS) past.firstElementChild.remove();
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
    const turn = document.querySelector("#current .turn");
    document.documentElement.classList.toggle("asked", Boolean(turn || byId("past-turns")?.children.length));
    if (!turn) {
      lastTurn = null;
      return;
    }
    const isNew = !lastTurn || lastTurn.id !== turn.id;
    if (isNew) {
      keep(lastTurn);
      announced = 0;
      asked = Date.now();
    }
    lastTurn = turn.cloneNode(true);
    announce(turn);
    tick();
    markOpen();
    if (isNew) turn.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  /* A small machine may write for a minute: the seconds show that it has not died. */
  function tick() {
    const elapsed = document.querySelector("#current .turn.going .elapsed");
    const seconds = Math.floor((Date.now() - asked) / 1000);
    if (elapsed && seconds >= 3) elapsed.textContent = ` · ${seconds}\u00a0s`;
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function stopped() {
    const turn = document.querySelector("#current .turn.going");
    if (!turn) return;
    turn.classList.replace("going", "halted");
    turn.querySelector(".stopped").hidden = false;
    lastTurn = turn.cloneNode(true);
    byId("announcer").textContent = turn.querySelector(".stopped").textContent;
  }

  function cleared() {
    lastTurn = null;
    byId("past-turns")?.replaceChildren();
    document.documentElement.classList.remove("asked");
    closePassage();
  }

  /* What goes on behind the page: documents being brought up to date, a search that is not as it should be. */
  async function bulletin() {
    if (document.hidden) return;
    let health;
    try {
      const response = await fetch("./api/health", { cache: "no-store" });
      health = response.ok ? await response.json() : {};
    } catch {
      return; // the server has stopped: the next question will say so
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
    else if (button.id === "stop") stopped();
    else if (button.id === "clear") cleared();
  });
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
