// The decision page by keyboard. Everything also works without it: these keys press what is on the page.
(() => {
  "use strict";
  const form = document.querySelector("[data-decision]");
  const code = document.getElementById("code");
  const words = document.getElementById("words");
  const password = document.getElementById("password");
  const look = document.getElementById("look");
  const photos = [...document.querySelectorAll("[data-photo]")];
  const typing = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox])") !== null;
  const byKey = (key) => [...document.querySelectorAll("[data-do]")].find((each) => each.dataset.do === key);

  // -- choosing ------------------------------------------------------------------------------------------------------
  const chosen = () => form?.querySelector("input[name=choice]:checked") ?? null;
  const next = (radio) => {
    const more = radio.closest(".way")?.querySelector(".choice-more");
    const box = more?.querySelector("input:checked, select, input:not([type=radio])");
    (box ?? code)?.focus();
  };
  const choose = (radio) => {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.closest(".value-card, .way")?.scrollIntoView({ block: "nearest" });
    next(radio);
  };
  for (const fix of document.querySelectorAll("input[name=fix]")) {
    fix.addEventListener("change", () => {
      const whole = fix.closest(".way")?.querySelector("input[name=choice]");
      if (whole) whole.checked = true;
    });
  }
  // A box that is filled in says which way is meant.
  document.getElementById("other")?.addEventListener("input", (event) => {
    const whole = event.target.closest(".way")?.querySelector("input[name=choice]");
    if (whole && whole.checked === false) whole.checked = true;
  });

  // -- reasons and the phrases that say them -------------------------------------------------------------------------
  const shelf = document.querySelector("[data-phrases]");
  const phrases = [...document.querySelectorAll("#phrases option")];
  const offer = () => {
    if (!shelf || !code || !words) return;
    const fitting = phrases.filter((each) => each.dataset.code === code.value).map((each) => each.value);
    shelf.replaceChildren(
      ...fitting.map((text) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "phrase";
        button.textContent = text;
        button.addEventListener("click", () => {
          words.value = text;
          password?.focus();
        });
        return button;
      }),
    );
    shelf.hidden = fitting.length === 0;
    const untouched = words.value === "" || phrases.some((each) => each.value === words.value);
    if (untouched && fitting.length > 0) words.value = fitting[0];
  };
  code?.addEventListener("change", offer);
  code?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && code.value) {
      event.preventDefault();
      (words && words.value.trim().length < 4 ? words : password)?.focus();
    }
  });
  if (code?.value) offer();

  // One decision, one post: a second press while the first is on its way does nothing.
  for (const each of document.querySelectorAll("form[method=post]")) {
    each.addEventListener("submit", (event) => {
      if (each.dataset.sent) event.preventDefault();
      each.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const each of document.querySelectorAll("form[data-sent]")) delete each.dataset.sent;
  });

  // -- photos --------------------------------------------------------------------------------------------------------
  const large = look?.querySelector("[data-photo-large]");
  const caption = look?.querySelector("[data-caption]");
  let at = -1;
  const show = (index) => {
    if (!look || !large || photos.length === 0) return;
    at = (index + photos.length) % photos.length;
    large.src = photos[at].href;
    large.alt = photos[at].dataset.photo;
    caption.textContent = `${photos[at].dataset.photo} ${at + 1}/${photos.length}`;
    if (!look.open) look.showModal();
  };
  photos.forEach((photo, index) =>
    photo.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !look?.showModal) return;
      event.preventDefault();
      show(index);
    }),
  );
  look?.addEventListener("click", () => look.close());
  look?.addEventListener("close", () => photos[at]?.focus());
  look?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "j") show(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "k") show(at - 1);
    else if (event.key === " ") look.classList.toggle("look-full");
    else return;
    event.preventDefault();
  });

  // -- keys ----------------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const index = photos.indexOf(document.activeElement);
    if (event.key === "p" && photos.length > 0) photos[(index + 1) % photos.length].focus();
    else if (event.key === " " && index >= 0) show(index);
    else if (event.key === "Enter" && chosen() && event.target.closest("[data-decision]")) next(chosen());
    else {
      const target = byKey(event.key);
      if (!target) return;
      if (target.matches("a")) target.click();
      else if (target.matches("[type=radio]")) choose(target);
      else target.focus();
    }
    event.preventDefault();
  });

  // -- where the hands begin, and the next item made ready -----------------------------------------------------------
  const summary = document.querySelector("[data-summary]");
  const wrong = document.querySelector("[data-decision] [aria-invalid=true], .confirm [aria-invalid=true]");
  if (wrong) wrong.focus();
  else if (summary) summary.focus();

  const following = document.querySelector("a[rel=next]");
  const ready = async () => {
    const answer = await fetch(following.href, { headers: { "X-Ruhu-Ahead": "1" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The server makes a photo's small sizes once: asked for now, they are there when the page opens.
    for (const image of [...page.querySelectorAll(".decide-evidence img")].slice(0, 6)) {
      await fetch(image.getAttribute("src"));
    }
  };
  if (following) window.addEventListener("load", () => setTimeout(() => ready().catch(() => undefined), 600));
})();
