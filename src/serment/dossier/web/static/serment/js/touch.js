/* The passkey in the middle of a session: touched again, touched for one act. And the sign-out. */

import { onClick, once, post, say, usePasskey } from "./ceremony.js";
import { recall, remember } from "./keys.js";

/** The answer of the person's own passkey to a ceremony under way. */
export async function answer(begun) {
  say("touch");
  const last = await recall("last-passkey");
  const software = begun.demonstration && last?.software ? await import("./demonstration-authenticator.js") : undefined;
  return software ? software.use(begun.options, last.id) : usePasskey(begun.options);
}

/** The passkey, touched again in this session: it fills the lease, and unlocks. */
export async function touch() {
  say("preparing");
  const begun = await post("/touch/begin", {});
  await post("/touch/finish", { ceremony: begun.ceremony, credential: await answer(begun) });
  say("touched", "done");
}

onClick("touch", async (button) => {
  try {
    await touch();
  } catch (error) {
    if (error.code !== "assurance") throw error;
    // Whoever came in with a password has no touch to give: they come in again.
    await post("/session/end", {});
    await remember("session", undefined);
    location.assign(`/sign-in/?next=${encodeURIComponent(button.dataset.then || location.pathname)}`);
    return;
  }
  location.assign(button.dataset.then || location.pathname);
});

onClick("sign-out", async () => {
  const session = await recall("session");
  await post("/session/end", {});
  await remember("session", undefined);
  // Whoever came through an identity provider leaves it too.
  location.assign(session?.logout || "/sign-in/");
});

/* A form whose act needs the passkey: `data-serment="act" data-act="decide" data-subject="<uuid>"`, on the form or on the button that sends
 * it. The passkey is asked first, and its answer travels in the fields `ceremony` and `credential`. A button with an empty `data-act`
 * sends the form without it. */

let proved;

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "act" || form === proved) return;
    const button = event.submitter;
    const act = button?.dataset.act ?? form.dataset.act;
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void once(button ?? form, async () => {
      say("preparing");
      const begun = await post("/touch/act", { act, subject: button?.dataset.subject ?? form.dataset.subject }).catch(unlessKeyless);
      if (begun) {
        fill(form, "credential", JSON.stringify(await answer(begun)));
        fill(form, "ceremony", begun.ceremony);
      }
      say("entering-act");
      proved = form;
      try {
        form.requestSubmit(button);
      } finally {
        // The next time it is sent, it is another act.
        proved = undefined;
      }
    });
  },
  { capture: true },
);

/* Who came through an identity provider and has no passkey has nothing to touch: the guard says what their session may do. */
function unlessKeyless(error) {
  if (error.code !== "no_passkey") throw error;
}

function fill(form, name, value) {
  let field = form.querySelector(`input[type=hidden][name=${name}]`);
  if (!field) {
    field = document.createElement("input");
    Object.assign(field, { type: "hidden", name });
    form.append(field);
  }
  field.value = value;
}
