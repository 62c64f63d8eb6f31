/* The sum of the minutes as they are typed, and how far a kit is. Without this script the server says both. */
(() => {
  "use strict";

  const sum = document.getElementById("sum");
  if (sum) {
    const form = document.getElementById("outline");
    const wanted = Number(sum.dataset.wanted);
    form.addEventListener("input", (event) => {
      if (event.target.name !== "a_minutes") return;
      const minutes = [...form.querySelectorAll("input[name=a_minutes]")].map((field) => Math.max(0, Math.trunc(Number(field.value) || 0)));
      const total = minutes.reduce((one, other) => one + other, 0);
      const said = total === wanted ? sum.dataset.fits : total > wanted ? sum.dataset.over : sum.dataset.under;
      sum.textContent = said.replace("{sum}", total).replace("{n}", Math.abs(total - wanted));
    });
  }

  const run = document.getElementById("run");
  if (run) {
    const progress = document.getElementById("progress");
    const said = document.getElementById("said");
    let stage = "";
    const ask = async () => {
      try {
        const response = await fetch(run.dataset.state, { cache: "no-store" });
        if (response.status === 404) return location.reload();
        const now = await response.json();
        if (now.state !== "working") return location.replace(location.href);
        progress.value = now.share;
        const told = now.total > 1 ? `${now.said} (${now.done}/${now.total})` : now.said;
        // What is read aloud is a new stage, not each step of it.
        said.setAttribute("aria-live", now.said === stage ? "off" : "polite");
        stage = now.said;
        if (said.textContent !== told) said.textContent = told;
      } catch {
        said.textContent = run.dataset.lost;
      }
      setTimeout(ask, 1000);
    };
    setTimeout(ask, 500);
  }
})();
