/* How questions leave the page, asked once or again, and what becomes of them when the server does not answer.

   The framework sends them; its requests are looked at as they pass, so that the person is told in the page's own words
   and the framework's endless retry does nothing. */
(() => {
  "use strict";

  const SENDING_MS = 1200;
  const SLOW_MS = 12_000;
  const FIRST_RETRY_MS = 1000;
  const LAST_RETRY_MS = 8000;
  const GRACE_MS = 3000; // for what has arrived to be drawn
  const MOST_TURNS = 20;
  const MOST_CHARACTERS = 4000;
  const INPUTS_OF_A_QUESTION = 5;
  const RECONNECTING = "sourcier.reconnecting";

  const { memory } = globalThis.sourcier;
  const byId = (id) => document.getElementById(id);
  const field = (id) => byId(id)?.querySelector("textarea, input");
  const tell = (name) => document.dispatchEvent(new Event(`sourcier:${name}`));
  const genuine = globalThis.fetch.bind(globalThis);

  let isReconnecting = false;
  let sending = [];
  let earlier = "";
  let ordered = "";

  function write(id, text) {
    const place = field(id);
    if (!place || place.value === text) return;
    place.value = text;
    place.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const questionOf = (turn) => turn.querySelector(".question p")?.textContent ?? "";

  function answerOf(turn) {
    try {
      return String(JSON.parse(turn.querySelector(".record").value).answer);
    } catch {
      return "";
    }
  }

  /** What completes a follow-up: the latest turns as pairs of texts. A question asked twice in a row counts once. */
  function earlierOf(turns) {
    const told = turns.filter((turn, at) => at + 1 >= turns.length || questionOf(turn) !== questionOf(turns[at + 1]));
    const pairs = told.slice(-MOST_TURNS).map((turn) => [questionOf(turn), answerOf(turn)].map((text) => text.slice(0, MOST_CHARACTERS)));
    return pairs.length ? JSON.stringify(pairs) : "";
  }

  /** Ask, with the question and its manner beside the box, in which something else may be being written. */
  function order(wanted) {
    if (document.querySelector("#current .turn.going")) return;
    const style = document.querySelector("#style input:checked")?.value ?? "normal";
    const quotes_only = field("quotes-only")?.checked ?? false;
    ordered = JSON.stringify({ style, quotes_only, fresh: false, ...wanted });
    byId("again").click();
  }

  /** What a button under an answer asks for; what came before that question is what came before it then. */
  function again(button, turns) {
    const turn = button.closest(".turn");
    const question = questionOf(turn);
    if (button.value === "edit") {
      fill(question);
      field("question").focus();
      return;
    }
    let first = turns.findIndex(({ id }) => id === turn.id);
    while (first > 0 && questionOf(turns[first - 1]) === question) first -= 1;
    earlier = earlierOf(turns.slice(0, first));
    if (button.value === "fresh") order({ question, fresh: true });
    else if (button.value === "quotes") order({ question, quotes_only: true });
    else order({ question, style: button.value, quotes_only: false });
  }

  function fill(text) {
    write("question", text);
    memory.setDraft(text);
  }

  function taken() {
    sending.forEach(clearTimeout);
    sending = [];
    tell("taken");
  }

  /* --- what the framework asks of the server ------------------------------------------------------------------ */

  globalThis.fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (pathname.endsWith("/queue/join")) return joining(input, init);
    if (pathname.endsWith("/queue/data")) return following(input, init);
    if (pathname.endsWith("/app_id")) {
      // Its way to wait for a server that has gone, every two seconds and for ever. The page has its own.
      tell("lost");
      return new Promise(() => {});
    }
    return genuine(input, init);
  };

  /** The request with the conversation so far and what is asked again, which no field of the page holds; null for no question. */
  function withConversation(init) {
    try {
      const request = JSON.parse(init.body);
      if (request.data.length !== INPUTS_OF_A_QUESTION) return null;
      request.data.splice(-2, 2, earlier, ordered);
      ordered = "";
      return { ...init, body: JSON.stringify(request) };
    } catch {
      return null;
    }
  }

  async function joining(input, given) {
    const question = withConversation(given);
    const init = question ?? given;
    if (question) sending.push(setTimeout(() => tell("sending"), SENDING_MS), setTimeout(() => tell("slow"), SLOW_MS));
    try {
      const response = await genuine(input, init);
      if (!response.ok) {
        taken();
        tell("refused");
      }
      return response;
    } catch (error) {
      taken();
      tell("lost");
      throw error;
    }
  }

  async function following(input, init) {
    let response;
    try {
      response = await genuine(input, init);
    } catch (error) {
      if (error.name !== "AbortError") tell("lost");
      throw error;
    }
    if (!response.body) return response;
    const reader = response.body.getReader();
    const watched = new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          // Left on purpose, as when the page is reloaded: nothing to complain of.
          if (error.name === "AbortError") controller.close();
          else controller.error(error);
        }
        over();
      },
      cancel: (reason) => reader.cancel(reason),
    });
    const { status, statusText, headers } = response;
    return new Response(watched, { status, statusText, headers });
  }

  /** An answer that is still under way when nothing more can come of it has been lost. */
  function over() {
    const [turn] = document.querySelectorAll("#current .turn.going");
    const key = turn?.id;
    setTimeout(() => {
      if (key && document.querySelector("#current .turn.going")?.id === key) tell("lost");
    }, GRACE_MS);
  }

  /** Ask the server how it is until it answers, then start the page afresh: the conversation is in the browser. */
  async function reconnect() {
    if (isReconnecting) return;
    isReconnecting = true;
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      try {
        const response = await genuine("./api/health", { cache: "no-store", signal: AbortSignal.timeout(LAST_RETRY_MS) });
        if (response.ok) break;
      } catch {
        // not yet
      }
    }
    try {
      sessionStorage.setItem(RECONNECTING, "yes");
    } catch {
      // then nothing is said of it
    }
    location.reload();
  }

  function wasReconnecting() {
    try {
      const was = sessionStorage.getItem(RECONNECTING) === "yes";
      sessionStorage.removeItem(RECONNECTING);
      return was;
    } catch {
      return false;
    }
  }

  globalThis.sourcier.asking = Object.freeze({
    again,
    fill,
    isReady: () => Boolean(field("question")),
    isReconnecting: () => isReconnecting,
    order,
    questionOf,
    reconnect,
    setEarlier(turns) {
      earlier = earlierOf(turns);
    },
    taken,
    wasReconnecting,

    /** A question that got no whole answer, back where it can be asked again, unless another is being written there. */
    putBack(question) {
      if (!field("question")?.value.trim()) fill(question);
    },
  });
})();
