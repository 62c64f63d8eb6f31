/* Draws a quote on the picture of its page, and of the next one where it goes on there. The server gives where every word of a
   page is; which of them are the quote is found here, from what follows # in the address, and told to nobody. */
(() => {
  "use strict";

  const SHORTEST = 12;
  const PLACES = 10000;
  const TOP = 120;
  const first = document.getElementById("sheet");
  const status = document.getElementById("pictured");
  if (!first || !status) return;
  let shown = 0;

  /* Letters and figures alone: a quote has been cleaned of the hyphens, ligatures and spaces of its page. */
  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  /* A picture, its words, its letters in a row, and how many of these each word ends at. */
  function read(paper) {
    const words = JSON.parse(paper.dataset.words);
    let letters = "";
    const ends = words.map(([text]) => (letters += folded(text)).length);
    return { paper, words, letters, ends };
  }

  const here = read(first);

  const asked = () => {
    const found = /^#c(\d{1,9})-(\d{1,9})$/.exec(location.hash);
    return found ? { start: Number(found[1]), end: Number(found[2]) } : null;
  };

  /* The quote as the text below has it marked, and all that comes before it there. */
  function quoted() {
    const nodes = [...document.querySelectorAll(".text")].flatMap((element) => [...element.childNodes]);
    const mark = nodes.findIndex((node) => node.nodeName === "MARK");
    const told = (some) => folded(some.map((node) => node.textContent).join(" "));
    return { needle: told(nodes.filter((node) => node.nodeName === "MARK")), before: told(nodes.slice(0, Math.max(0, mark))) };
  }

  function places(needle, within) {
    const found = [];
    for (let at = within.indexOf(needle); at >= 0; at = within.indexOf(needle, at + 1)) found.push(at);
    return found;
  }

  /* How many letters of a beginning, or of an end, a page has in a row. */
  function longest(needle, letters, part) {
    let low = 0;
    let high = needle.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (letters.includes(part(middle))) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /* The beginning of a quote on a page, in one piece or, where the file draws its columns line by line, in one piece a line; and
     what is left of it. */
  function begun({ letters, ends }, needle, before) {
    const all = needle ? places(needle, letters) : [];
    if (all.length) {
      const at = all[Math.min(places(needle, before).length, all.length - 1)];
      return { found: [[at, at + needle.length]], rest: "" };
    }
    const found = [];
    let rest = needle;
    let last = 0;
    while (rest) {
      let size = longest(rest, letters, (length) => rest.slice(0, length));
      const whole = size === rest.length;
      if (size < SHORTEST && !whole) break;
      const some = places(rest.slice(0, size), letters);
      const at = some.find((place) => place >= last) ?? (size < SHORTEST ? -1 : some[0]);
      if (at < 0) break;
      // A letter that the next column happens to begin with is none of the quote.
      if (!whole) size = (ends.findLast((end) => end <= at + size) ?? 0) - at;
      if (size <= 0) break;
      found.push([at, at + size]);
      last = at + size;
      rest = rest.slice(size);
    }
    return { found, rest };
  }

  /* The end of a quote that began on the page before, and what of it was there. */
  function ended({ letters }, needle) {
    const tail = longest(needle, letters, (length) => needle.slice(needle.length - length));
    const at = letters.indexOf(needle.slice(needle.length - tail));
    return tail < SHORTEST ? { found: [], head: needle } : { found: [[at, at + tail]], head: needle.slice(0, needle.length - tail) };
  }

  /* Words of one line that follow each other make one box. */
  function boxes({ words, ends }, [from, to]) {
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

  function draw(page, found) {
    const share = (value) => `${(100 * value) / PLACES}%`;
    for (const { left, top, right, bottom } of found.flatMap((one) => boxes(page, one))) {
      const hit = document.createElement("div");
      hit.className = "hit";
      Object.assign(hit.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
      page.paper.append(hit);
    }
  }

  /* The next page, where the text of the quote goes on past what is here; null where it does not. Its number alone is asked for. */
  async function following({ start, end }, known) {
    const link = document.querySelector(".pager a[rel=next]");
    if (!link) return null;
    const response = await fetch(link.href.split("#")[0]);
    const made = new DOMParser().parseFromString(await response.text(), "text/html");
    const paper = response.ok ? made.getElementById("sheet") : null;
    if (!paper) return null;
    const more = [...made.querySelectorAll(".text[data-start]")].filter((one) => Number(one.dataset.start) >= known);
    const text = more.map((one) => {
      const at = Number(one.dataset.start);
      return Array.from(one.textContent).slice(Math.max(0, start - at), Math.max(0, end - at)).join("");
    });
    paper.removeAttribute("id");
    return { ...read(document.importNode(paper, true)), more: folded(text.join(" ")) };
  }

  function add(page) {
    const figure = document.createElement("figure");
    figure.className = "sheet next";
    const caption = document.createElement("figcaption");
    caption.textContent = page.paper.dataset.label;
    figure.append(caption, page.paper);
    first.closest("figure").after(figure);
  }

  async function show() {
    const call = ++shown;
    document.querySelectorAll(".hit, figure.next").forEach((old) => old.remove());
    const quote = asked();
    status.hidden = !quote;
    if (!quote) return;
    const { needle, before } = quoted();
    const { found, rest } = begun(here, needle, before);
    const last = Math.max(0, ...[...document.querySelectorAll(".text[data-end]")].map((one) => Number(one.dataset.end)));
    let spread = false;
    let drawn = found;
    if (rest || quote.end > last) {
      const next = await following(quote, last).catch(() => null);
      if (call !== shown) return;
      const wanted = next ? rest + next.more : "";
      if (wanted) {
        const onNext = begun(next, wanted, "");
        // A few letters are anywhere on a page: those that a quote ends with are near its top.
        if (wanted.length < SHORTEST && onNext.found[0]?.[0] > TOP) onNext.found = [];
        // A few letters alone at the foot of this page are found from what follows them.
        const { found: there, head } = onNext.found.length ? { found: onNext.found, head: "" } : ended(next, wanted);
        if (there.length) {
          const foot = head && !found.length ? places(head, here.letters).slice(-1) : [];
          drawn = found.length ? found : foot.map((at) => [at, at + head.length]);
          spread = true;
          add(next);
          draw(next, there);
        }
      }
    }
    if (!drawn.length && !spread && needle) drawn = ended(here, needle).found;
    draw(here, drawn);
    status.textContent = spread ? status.dataset[drawn.length ? "both" : "next"] : drawn.length ? status.dataset.shown : status.dataset.lost;
    document.querySelector(".hit")?.scrollIntoView({ block: "center" });
  }

  addEventListener("hashchange", show);
  show();
})();
