/* What a member thinks of an answer. The dialog says first what would be kept; nothing is sent before she agrees. */
(() => {
  "use strict";

  const MOST_CITED = 12;
  const byId = (id) => document.getElementById(id);
  const said = (name) => byId("feedback-phrases").querySelector(`[data-name="${name}"]`).textContent;
  let about = null;
  let helps = true;
  let opener = null;

  function record(turn) {
    try {
      return JSON.parse(turn.querySelector("button.record").value);
    } catch {
      return null;
    }
  }

  /** All that would be sent but the reason and the comment: nothing says who or when. */
  function opinion() {
    const kind = document.querySelector("[name=feedback-kind]:checked")?.value ?? null;
    return {
      consent: true,
      helps,
      kind: helps ? null : kind,
      comment: byId("feedback-comment").value.trim(),
      question: about.question.slice(0, 2000),
      answer: about.answer.slice(0, 6000),
      status: about.status,
      citations: about.citations
        .slice(0, MOST_CITED)
        .map(({ path, document_id, quote }) => ({ path: path.slice(0, 500), document_id, quote: quote.slice(0, 1500) })),
    };
  }

  function open(button) {
    about = record(button.closest(".turn"));
    if (!about) return;
    helps = button.value === "up";
    opener = button;
    byId("feedback-form").reset();
    byId("feedback-form").hidden = false;
    byId("feedback-done").hidden = true;
    byId("feedback-kinds").hidden = helps;
    byId("feedback-code").textContent = "";
    reset();
    preview();
    byId("feedback").showModal();
    byId("feedback-title").focus();
  }

  function reset() {
    byId("feedback-error").hidden = true;
    byId("feedback-said").textContent = "";
    byId("feedback-mine-text").hidden = true;
  }

  function preview() {
    byId("feedback-preview").textContent = JSON.stringify(opinion(), null, 1);
  }

  function refuse(name, field) {
    byId("feedback-error").hidden = false;
    byId("feedback-error").textContent = said(name);
    field?.focus();
  }

  async function post(address, body) {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const reply = await response.json();
    if (!response.ok) throw new Error(reply.error ?? "");
    return reply;
  }

  async function give() {
    reset();
    if (!helps && !document.querySelector("[name=feedback-kind]:checked")) {
      refuse("need_reason", document.querySelector("[name=feedback-kind]"));
      return;
    }
    if (!byId("feedback-consent").checked) {
      refuse("need_consent", byId("feedback-consent"));
      return;
    }
    try {
      const { code } = await post("./api/v1/feedback", opinion());
      byId("feedback-form").hidden = true;
      byId("feedback-done").hidden = false;
      byId("feedback-code").textContent = code;
      byId("feedback-copy").focus();
    } catch (error) {
      byId("feedback-error").hidden = false;
      byId("feedback-error").textContent = error.message || said("failed");
    }
  }

  async function mine(address, told) {
    const code = byId("feedback-mine-code").value.trim();
    if (!code) {
      byId("feedback-mine-code").focus();
      return;
    }
    reset();
    try {
      byId("feedback-said").textContent = told(await post(address, { code }));
    } catch (error) {
      byId("feedback-said").textContent = error.message || said("failed");
    }
  }

  const actions = {
    "feedback-copy": async () => {
      await navigator.clipboard?.writeText(byId("feedback-code").textContent).catch(() => {});
      byId("feedback-said").textContent = said("copied");
    },
    "feedback-erase": () => mine("./api/v1/feedback/erase", ({ erased }) => said(erased ? "erased_one" : "erased_none")),
    "feedback-read": () =>
      mine("./api/v1/feedback/read", ({ opinions }) => {
        byId("feedback-mine-text").hidden = !opinions.length;
        byId("feedback-mine-text").textContent = JSON.stringify(opinions[0] ?? null, null, 1);
        return opinions.length ? "" : said("read_none");
      }),
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (button?.matches(".thumb")) open(button);
    else actions[button?.id]?.();
  });
  document.addEventListener("input", ({ target }) => {
    if (target.closest?.("#feedback-form")) preview();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "feedback-form") return;
    event.preventDefault();
    give();
  });
  document.addEventListener("DOMContentLoaded", () => {
    byId("feedback")?.addEventListener("close", () => {
      // The code and the comment are hers: they do not wait for the next person at this device.
      byId("feedback-form").reset();
      for (const id of ["feedback-code", "feedback-preview", "feedback-mine-text"]) byId(id).textContent = "";
      byId("feedback-mine-code").value = "";
      about = null;
      if (opener?.isConnected) opener.focus();
    });
  });
})();
