// The keyboard for people who work here all day. Everything also works without it.
(() => {
  "use strict";
  const find = document.querySelector("[data-filter]") ?? document.querySelector("[data-find]");
  const keys = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll("[data-rows] .row-link")];
  const writing = (target) =>
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

  const step = (by) => {
    const links = rows();
    if (links.length === 0) return;
    const here = document.activeElement;
    const at = links.indexOf(here?.closest("[data-rows] tr")?.querySelector(".row-link") ?? here);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  };

  const boxOf = (target) => target?.closest("[data-rows] tr")?.querySelector("input[type=checkbox]") ?? null;
  const ticked = () => document.querySelector("[data-rows] input[type=checkbox]:checked") !== null;

  // A key may be a button's own (data-key); `g` and a letter go to the page that the left list gives it (data-go).
  let going = -Infinity;
  const ownKey = (key) => [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  const press = (key) => {
    const button = ownKey(key);
    const box = boxOf(document.activeElement);
    if (!button) return;
    if (box && button.form?.contains(box) && !ticked()) box.checked = true;
    button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.timeStamp - going < 1500) {
      going = -Infinity;
      const there = [...document.querySelectorAll("[data-go]")].find((each) => each.dataset.go === event.key);
      if (there) there.click();
    } else if (event.key === "g") going = event.timeStamp;
    else if (event.key === "/" && find) {
      event.preventDefault();
      find.focus();
      find.select?.();
    } else if (event.key === "x") {
      const box = boxOf(event.target);
      if (box) box.checked = !box.checked;
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?" && keys) keys.showModal();
    else press(event.key);
  });

  // What is live asks every few seconds, and not while nobody sees it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.closest("[data-live]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !window.htmx) return;
    for (const live of document.querySelectorAll("[data-live]")) window.htmx.trigger(live, "wake");
  });

  // A filter that is chosen is applied; without this script there is the button beside it.
  for (const select of document.querySelectorAll("[data-submit]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
})();
