// Asks the server over HTTPS for nothing in particular: an answer of any kind means that its certificate is trusted.
const origin = document.body.dataset.origin;
const show = (id) => { document.getElementById(id).hidden = false; };
fetch(`${origin}/healthz`, { mode: "no-cors", cache: "no-store", credentials: "omit" })
  .then(() => show("trusted"), () => show("untrusted"));
