/* The conversation, kept in this browser alone: in the tab's own storage, gone with it, and on the device only where the
   person asks for that. What is read back may have been changed: it is rebuilt piece by piece, or dropped. */
(() => {
  "use strict";

  const CONVERSATION = "sourcier.conversation";
  const DRAFT = "sourcier.draft";
  const KEEP = "sourcier.keep";
  const MOST_TURNS = 40;
  const MOST_CHARACTERS = 4_000_000; // browsers give a page five million or so

  const TAGS = new Set(
    "a article aside blockquote button dd details div dl dt em h2 h3 h4 i li mark ol p section span strong summary ul".split(" "),
  );
  const ATTRIBUTES = new Set(
    "aria-describedby aria-label aria-labelledby class hidden lang open rel role target title type value".split(" "),
  );
  const OURS = /^(?:turn|panel)-[\w-]+$/;
  const LINK = /^\.?\/(?:(?:fr|en)\/)?documents\/[\w/#.-]*$/;

  /** What a storage does, or null where the browser refuses it. */
  function attempt(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }

  function isKept() {
    return attempt(() => localStorage.getItem(KEEP)) === "yes";
  }

  /** A copy made of what a turn may hold and nothing else: no script, no handler, no address but our documents'. */
  function rebuilt(node) {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || !TAGS.has(node.localName)) return null;
    const copy = document.createElement(node.localName);
    for (const { name, value } of node.attributes) {
      const isOurs =
        ATTRIBUTES.has(name) || /^data-[\w-]+$/.test(name) || (name === "id" && OURS.test(value)) || (name === "href" && LINK.test(value));
      if (isOurs) copy.setAttribute(name, value);
    }
    if (copy.localName === "button") copy.type = "button";
    for (const child of node.childNodes) {
      const inner = rebuilt(child);
      if (inner) copy.append(inner);
    }
    return copy;
  }

  function turnOf(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html").body;
    const [only, other] = parsed.children;
    if (!only || other || only.localName !== "div" || !only.classList.contains("turn") || !/^turn-\w+$/.test(only.id)) {
      throw new Error("not a turn");
    }
    const turn = rebuilt(only);
    if (!turn.querySelector(".question p")) throw new Error("not a turn");
    return turn;
  }

  /** The turns of a text, or an error where it is none of ours. */
  function turnsOf(text) {
    const { version, turns } = JSON.parse(text);
    if (version !== 1 || !Array.isArray(turns) || !turns.every((html) => typeof html === "string")) throw new Error("shape");
    return turns.slice(-MOST_TURNS).map(turnOf);
  }

  function written(turns) {
    const kept = turns.slice(-MOST_TURNS).map((turn) => {
      const copy = turn.cloneNode(true);
      for (const open of copy.querySelectorAll(".open, .fresh")) open.classList.remove("open", "fresh");
      return copy.outerHTML;
    });
    let left = MOST_CHARACTERS;
    let from = kept.length;
    while (from > 0 && left >= kept[from - 1].length) left -= kept[--from].length;
    return kept.slice(from);
  }

  /** Write what fits, the oldest turns being left out first. */
  function put(storage, turns) {
    for (let from = 0; from < turns.length; from = Math.ceil((from + turns.length + 1) / 2)) {
      const text = JSON.stringify({ version: 1, turns: turns.slice(from) });
      if (attempt(() => (storage().setItem(CONVERSATION, text), true))) return;
    }
    attempt(() => storage().removeItem(CONVERSATION));
  }

  const tab = () => sessionStorage;
  const device = () => localStorage;

  globalThis.sourcier = {
    memory: Object.freeze({
      isKept,

      /** @param {Element[]} turns oldest first */
      save(turns) {
        const texts = written(turns);
        put(tab, texts);
        if (isKept()) put(device, texts);
      },

      /** @returns {{turns: Element[], isBroken: boolean}} what this tab had, else what the device keeps */
      restore() {
        const text = attempt(() => tab().getItem(CONVERSATION)) ?? (isKept() ? attempt(() => device().getItem(CONVERSATION)) : null);
        if (text === null) return { turns: [], isBroken: false };
        const turns = attempt(() => turnsOf(text));
        if (turns) return { turns, isBroken: false };
        attempt(() => tab().removeItem(CONVERSATION));
        attempt(() => device().removeItem(CONVERSATION));
        return { turns: [], isBroken: true };
      },

      keep(isOn, turns) {
        attempt(() => (isOn ? device().setItem(KEEP, "yes") : device().removeItem(KEEP)));
        if (isOn) this.save(turns);
        else attempt(() => device().removeItem(CONVERSATION));
      },

      /** Everything, the choice to keep included. */
      erase() {
        for (const name of [CONVERSATION, DRAFT, KEEP]) {
          attempt(() => tab().removeItem(name));
          attempt(() => device().removeItem(name));
        }
      },

      draft: () => attempt(() => tab().getItem(DRAFT)) ?? "",
      setDraft(text) {
        attempt(() => (text ? tab().setItem(DRAFT, text) : tab().removeItem(DRAFT)));
      },
    }),
  };
})();
