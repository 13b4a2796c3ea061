/* One's own passkeys: another one, after a touch of one that stands. */

import { createPasskey, once, post, say } from "./ceremony.js";
import { recall } from "./keys.js";
import { answer } from "./touch.js";

async function addPasskey(form) {
  say("preparing");
  const asked = await post("/touch/act", { act: "add_passkey", subject: form.dataset.subject });
  const shown = await answer(asked);
  const begun = await post("/account/passkeys/begin", { ceremony: asked.ceremony, credential: shown });
  say("touch");
  const last = await recall("last-passkey");
  const software = begun.demonstration && last?.software ? await import("./demonstration-authenticator.js") : undefined;
  const credential = software ? await software.create(begun.options) : await createPasskey(begun.options);
  await post("/account/passkeys/finish", { ceremony: begun.ceremony, credential, label: form.elements.namedItem("label").value });
  say("enrolled", "done");
  location.assign("/account/?done=passkey-added");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "add-passkey") return;
  event.preventDefault();
  void once(form, () => addPasskey(form));
});
