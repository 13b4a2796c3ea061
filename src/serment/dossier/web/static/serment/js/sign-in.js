/* Signing in: a new session key, a passkey over a challenge that names it, then on to the page wanted. */

import { onClick, post, say, usePasskey, workerReady } from "./ceremony.js";
import { newKey, recall, remember } from "./keys.js";

/** Sign in with any passkey, or with the one described (`{ id, software }`), and go on. `software` makes the demonstration's answers. */
export async function signIn({ next, only, software }) {
  say("preparing");
  const [key] = await Promise.all([newKey(), workerReady()]);
  const begun = await post("/session/begin", { session_key: key.jwk });
  say("touch");
  const credential = only?.software ? await software.use(begun.options, only.id) : await usePasskey(begun.options, only?.id);
  say("entering");
  await post("/session/finish", { ceremony: begun.ceremony, credential });
  await remember("session", key);
  await remember("last-passkey", { id: credential.id, software: credential.type !== "public-key" });
  location.assign(next || "/");
}

/** Which passkey of this browser to offer first, in a demonstration without authenticator: the software one used last. */
async function softwarePasskey() {
  const last = await recall("last-passkey");
  return last?.software ? last : undefined;
}

onClick("sign-in", async (button) => {
  const page = button.closest("[data-next]");
  const software = page?.dataset.demonstration === "yes" ? await import("./demonstration-authenticator.js") : undefined;
  const only = software && !(await software.hasAuthenticator()) ? await softwarePasskey() : undefined;
  await signIn({ next: page?.dataset.next, only, software });
});
