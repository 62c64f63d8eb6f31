/* Highlights the quote that the address names after its #: « c120-233 » are offsets into the text, in code points. That part
   of an address never leaves the browser, so that nobody else learns what was being read. */
(() => {
  "use strict";

  const place = () => {
    const found = /^#c(\d{1,9})-(\d{1,9})$/.exec(location.hash);
    return found && Number(found[1]) < Number(found[2]) ? { start: Number(found[1]), end: Number(found[2]) } : null;
  };

  /* An element with data-start holds that stretch of the text and nothing else: what was marked before goes first. */
  function mark(element, from, to) {
    const letters = Array.from(element.textContent);
    const marked = document.createElement("mark");
    marked.textContent = letters.slice(from, to).join("");
    element.replaceChildren(letters.slice(0, from).join(""), marked, letters.slice(to).join(""));
    return marked;
  }

  function show() {
    for (const old of document.querySelectorAll(".text mark")) {
      const element = old.parentElement;
      element.textContent = element.textContent;
    }
    const status = document.getElementById("quoted");
    const quote = place();
    if (status) status.hidden = !quote;
    // The same document seen otherwise, at the same place.
    for (const link of document.querySelectorAll("a.keeps-place")) link.hash = quote ? location.hash : "";
    if (!quote) return;
    let first = null;
    for (const element of document.querySelectorAll(".text[data-start]")) {
      const start = Number(element.dataset.start);
      const end = Number(element.dataset.end);
      if (start >= quote.end || end <= quote.start) continue;
      const marked = mark(element, Math.max(0, quote.start - start), Math.min(end, quote.end) - start);
      first ??= marked;
    }
    // Beside the picture of a page, another script says where the quote is, and scrolls to it there.
    if (!status) return;
    status.textContent = first ? status.dataset.shown : status.dataset.lost;
    if (first) {
      first.tabIndex = -1;
      first.scrollIntoView({ block: "center" });
      first.focus({ preventScroll: true });
    }
  }

  addEventListener("hashchange", show);
  show();
})();
