// The keyboard for people who work here all day. Everything also works without it.
(() => {
  "use strict";
  const find = document.querySelector("[data-find]");
  const keys = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll("[data-rows] .row-link")];
  const writing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  const step = (by) => {
    const links = rows();
    if (links.length === 0) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
    if (event.key === "/" && find) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?" && keys) keys.showModal();
  });

  // A filter that is chosen is applied; without this script there is the button beside it.
  for (const select of document.querySelectorAll("[data-submit]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
})();
