/* Searches without leaving the page, so that « back » from a document finds the search again: a posted page could not be shown
   again without asking. What was looked for stays in this entry of the history of this tab, and in no address. Without this
   script the form works all the same. */
(() => {
  "use strict";

  const form = document.getElementById("search");
  if (!form) return;
  let asking = null;

  async function ask(fields, focused) {
    asking?.abort();
    asking = new AbortController();
    const results = document.getElementById("results");
    results.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), signal: asking.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.getElementById("results");
      if (!found) throw new Error(String(response.status));
      results.replaceChildren(...found.childNodes);
      history.replaceState({ search: fields }, "");
      const heading = document.getElementById("found");
      if (focused) {
        heading?.focus({ preventScroll: true });
        if (form.getBoundingClientRect().bottom < 0) heading?.scrollIntoView({ block: "start" });
      } else {
        document.getElementById("announced").textContent = heading?.textContent ?? "";
      }
    } catch (error) {
      if (error.name !== "AbortError") return false;
    } finally {
      results.removeAttribute("aria-busy");
    }
    return true;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const button = event.submitter;
    if (button?.name) fields.push([button.name, button.value]);
    // A filter that is changed must not take the keyboard away from it; a search that is asked for leads to what it found.
    if (!(await ask(fields, Boolean(button)))) form.submit();
  });
  for (const control of form.querySelectorAll("select, input[type=checkbox]")) {
    control.addEventListener("change", () => form.requestSubmit());
  }

  const before = history.state?.search;
  if (Array.isArray(before)) {
    const given = new Map(before);
    for (const control of form.elements) {
      if (!control.name) continue;
      if (control.type === "checkbox") control.checked = given.has(control.name);
      else control.value = given.get(control.name) ?? "";
    }
    ask(before, false);
  }
})();
