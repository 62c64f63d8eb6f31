/* The dialogs beside the conversation: a click on « Fermer », or outside of a dialog, closes it. */
(() => {
  "use strict";

  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("button.closes")) target.closest("dialog").close();
    else if (target.matches?.("dialog.beside")) target.close();
  });
  // Escape closes the dialog that is in front, and not the passage behind it.
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && document.querySelector("dialog.beside[open]")) event.stopPropagation();
    },
    { capture: true },
  );
})();
