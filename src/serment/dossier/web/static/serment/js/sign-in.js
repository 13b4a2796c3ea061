/* Signing in: a new session key, a passkey over a challenge that names it, then on to the page wanted. */

import { onClick, once, post, say, usePasskey, workerReady } from "./ceremony.js";
import { decode, newKey, recall, remember } from "./keys.js";

/** Sign in with any passkey, or with the one described (`{ id, software }`), and go on. `software` makes the demonstration's answers. */
export async function signIn({ next, only, software }) {
  say("preparing");
  const [key] = await Promise.all([newKey(), workerReady()]);
  const begun = await post("/session/begin", { session_key: key.jwk });
  say("touch");
  const credential = only?.software ? await software.use(begun.options, only.id) : await usePasskey(begun.options, only?.id);
  say("entering");
  await post("/session/finish", { ceremony: begun.ceremony, credential, replaces: await replaced(credential) });
  await remember("session", key);
  await remember("last-passkey", { id: credential.id, software: credential.type !== "public-key" });
  location.assign(next || "/");
}

/** The slot of the session that this person left locked in this browser: it gives way to the new one. */
async function replaced(credential) {
  const all = (await recall("parked")) ?? [];
  const account = credential.response?.userHandle;
  const same = all.find((one) => (account ? uuid(account) === one.account : one.passkey?.id === credential.id));
  if (same) await remember("parked", all.filter((one) => one !== same));
  return same?.slot ?? "";
}

function uuid(handle) {
  const hex = Array.from(decode(handle), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
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

// Pro Santé Connect ------------------------------------------------------------------------------------------------------------

onClick("psc", async (button) => {
  say("preparing");
  const [key] = await Promise.all([newKey(), workerReady()]);
  const begun = await post("/sign-in/psc/begin", { session_key: key.jwk });
  await remember("pending-psc", { key, ceremony: begun.ceremony, logout: begun.logout, next: button.closest("[data-next]")?.dataset.next });
  say("leaving");
  location.assign(begun.url);
});

// a password with a code ---------------------------------------------------------------------------------------------------------

async function withPassword(form) {
  say("preparing");
  const [key] = await Promise.all([newKey(), workerReady()]);
  const typed = Object.fromEntries(["login", "password", "totp"].map((name) => [name, form.elements.namedItem(name).value]));
  await post("/sign-in/password", { session_key: key.jwk, ...typed });
  await remember("session", key);
  location.assign(form.closest("[data-next]")?.dataset.next || "/");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "password") return;
  event.preventDefault();
  void once(form, () => withPassword(form));
});
