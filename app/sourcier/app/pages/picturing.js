/* Draws a quote on the picture of its page. The server gives where every word of the page is; which of them are the quote is
   found here, from what follows # in the address, and told to nobody. */
(() => {
  "use strict";

  const SHORTEST = 12;
  const PLACES = 10000;
  const sheet = document.getElementById("sheet");
  const status = document.getElementById("pictured");
  if (!sheet || !status) return;
  const words = JSON.parse(sheet.dataset.words);

  /* Letters and figures alone: a quote has been cleaned of the hyphens, ligatures and spaces of its page. */
  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  let page = "";
  const ends = words.map(([text]) => (page += folded(text)).length);

  /* The quote as the text below has it marked, and all that comes before it there. */
  function quoted() {
    const nodes = [...document.querySelectorAll(".text")].flatMap((element) => [...element.childNodes]);
    const first = nodes.findIndex((node) => node.nodeName === "MARK");
    const told = (some) => folded(some.map((node) => node.textContent).join(" "));
    return { needle: told(nodes.filter((node) => node.nodeName === "MARK")), before: told(nodes.slice(0, Math.max(0, first))) };
  }

  function places(needle, within) {
    const found = [];
    for (let at = within.indexOf(needle); at >= 0; at = within.indexOf(needle, at + 1)) found.push(at);
    return found;
  }

  /* How many letters of a beginning, or of an end, the page has in a row. */
  function longest(needle, part) {
    let low = 0;
    let high = needle.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (page.includes(part(middle))) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /* Where the quote is: in one piece, or, where the file draws its columns line by line, in one piece a line. A quote may begin
     on the page before, or go on to the next one: what of it is here is found. */
  function stretches() {
    const { needle, before } = quoted();
    if (!needle) return [];
    const all = places(needle, page);
    if (all.length) {
      const at = all[Math.min(places(needle, before).length, all.length - 1)];
      return [[at, at + needle.length]];
    }
    const found = [];
    let rest = needle;
    let last = 0;
    while (rest) {
      let size = longest(rest, (length) => rest.slice(0, length));
      const whole = size === rest.length;
      if (size < SHORTEST && !whole) break;
      const some = places(rest.slice(0, size), page);
      const at = some.find((place) => place >= last) ?? (size < SHORTEST ? -1 : some[0]);
      if (at < 0) break;
      // A letter that the next column happens to begin with is none of the quote.
      if (!whole) size = (ends.findLast((end) => end <= at + size) ?? 0) - at;
      if (size <= 0) break;
      found.push([at, at + size]);
      last = at + size;
      rest = rest.slice(size);
    }
    if (found.length) return found;
    const tail = longest(needle, (length) => needle.slice(needle.length - length));
    const at = page.indexOf(needle.slice(needle.length - tail));
    return tail < SHORTEST ? [] : [[at, at + tail]];
  }

  /* Words of one line that follow each other make one box. */
  function boxes([from, to]) {
    const found = [];
    words.forEach(([, left, top, right, bottom], index) => {
      const start = index ? ends[index - 1] : 0;
      if (ends[index] <= from || start >= to || start === ends[index]) return;
      const last = found.at(-1);
      const high = bottom - top;
      if (last && Math.abs(last.top - top) < high / 2 && left >= last.left && left - last.right < 3 * high) {
        last.right = Math.max(last.right, right);
        last.top = Math.min(last.top, top);
        last.bottom = Math.max(last.bottom, bottom);
      } else {
        found.push({ left, top, right, bottom });
      }
    });
    return found;
  }

  function show() {
    sheet.querySelectorAll(".hit").forEach((old) => old.remove());
    const asked = /^#c\d+-\d+$/.test(location.hash);
    status.hidden = !asked;
    if (!asked) return;
    const found = stretches();
    status.textContent = found.length ? status.dataset.shown : status.dataset.lost;
    const share = (value) => `${(100 * value) / PLACES}%`;
    for (const { left, top, right, bottom } of found.flatMap(boxes)) {
      const hit = document.createElement("div");
      hit.className = "hit";
      Object.assign(hit.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
      sheet.append(hit);
    }
    sheet.querySelector(".hit")?.scrollIntoView({ block: "center" });
  }

  addEventListener("hashchange", show);
  show();
})();
