/* « Ce que devient ma question »: opens, and clears the whole conversation at once. */
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const actions = {
    "privacy-open": () => {
      byId("privacy-cleared").textContent = "";
      byId("privacy").showModal();
      byId("privacy-title").focus();
    },
    "privacy-clear": () => {
      // The page's own « Effacer » does it: there is one way to forget, and it is tested.
      byId("clear").click();
      byId("privacy-cleared").textContent = byId("privacy-cleared").dataset.done;
    },
  };
  document.addEventListener("click", ({ target }) => actions[target.closest?.("button")?.id]?.());
})();
