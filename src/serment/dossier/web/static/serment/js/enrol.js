/* Enrolling a passkey: with a code received in person, or, in a demonstration, as one of its fictional people in one click. */

import { createPasskey, hasWebAuthn, once, onClick, post, Refused, say, word, workerReady } from "./ceremony.js";
import { recall, remember } from "./keys.js";
import { signIn } from "./sign-in.js";

/** What to call this browser's passkey in the list of one's passkeys. */
function browserName() {
  const data = navigator.userAgentData;
  const brand = data?.brands?.find((item) => !/Not|Chromium/.test(item.brand))?.brand ?? data?.brands?.at(-1)?.brand;
  return [brand, data?.platform ?? navigator.platform].filter(Boolean).join(", ");
}

// with a code ------------------------------------------------------------------------------------------------------------------

async function enrolWithCode(form) {
  if (!hasWebAuthn()) throw new Refused("unsupported", word("unsupported"));
  say("preparing");
  await workerReady();
  const begun = await post("/enrolment/begin", { code: form.elements.namedItem("code").value });
  say("touch");
  const credential = await createPasskey(begun.options);
  const label = form.elements.namedItem("label")?.value || browserName();
  await post("/enrolment/finish", { ceremony: begun.ceremony, credential, label });
  say("enrolled", "done");
  await signIn({ next: form.dataset.next, only: { id: credential.id, software: false } });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "enrol-code") return;
  event.preventDefault();
  void once(form, () => enrolWithCode(form));
});

// a password with a code ---------------------------------------------------------------------------------------------------------

async function enrolSecret(form) {
  const field = (name) => form.elements.namedItem(name);
  const part = (name) => form.querySelector(`[data-serment=${name}]`);
  if (!form.dataset.ceremony) {
    const begun = await post("/enrolment/secret/begin", { code: field("code").value, login: field("login").value, password: field("password").value });
    form.dataset.ceremony = begun.ceremony;
    part("secret-drawn").src = begun.drawn;
    part("secret-text").textContent = new URL(begun.uri).searchParams.get("secret");
    part("secret-first").hidden = true;
    part("secret-second").hidden = false;
    field("totp").required = true;
    field("totp").focus();
    say("first-code", "done");
    return;
  }
  const { ceremony } = form.dataset;
  delete form.dataset.ceremony;
  try {
    await post("/enrolment/secret/finish", { ceremony, totp: field("totp").value });
  } catch (error) {
    part("secret-first").hidden = false;
    part("secret-second").hidden = true;
    field("totp").required = false;
    throw error;
  }
  say("secret-kept", "done");
  location.assign("/sign-in/");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "enrol-secret") return;
  event.preventDefault();
  void once(form, () => enrolSecret(form));
});

// as a persona -----------------------------------------------------------------------------------------------------------------

async function enrolPersona(account, isSoftware, software) {
  const begun = await post("/enrolment/persona", { account });
  say("touch");
  const credential = isSoftware ? await software.create(begun.options) : await createPasskey(begun.options);
  await post("/enrolment/finish", { ceremony: begun.ceremony, credential, label: browserName() });
  const known = { id: credential.id, software: isSoftware };
  await remember(`persona:${account}`, known);
  return known;
}

async function becomePersona(button, { forceSoftware }) {
  const { account } = button.dataset;
  const page = button.closest("[data-next]");
  const software = await import("./demonstration-authenticator.js");
  say("preparing");
  await workerReady();
  let known = await recall(`persona:${account}`);
  if (known && forceSoftware && !known.software) known = undefined;
  const isSoftware = forceSoftware || !(await software.hasAuthenticator());
  try {
    known ??= await enrolPersona(account, isSoftware, software).catch(alreadyHeld);
    await signIn({ next: page?.dataset.next, only: known, software });
  } catch (error) {
    // The passkey is gone, from the browser or from the instance (its data were made anew): the next click enrols again.
    await remember(`persona:${account}`, undefined);
    offerSoftware(account);
    throw error;
  }
}

/** The authenticator holds a passkey of this person that the page forgot: sign in with whichever the person chooses. */
function alreadyHeld(error) {
  if (error.name !== "InvalidStateError") throw error;
  return undefined;
}

/** Whoever cancels, or whose authenticator fails, may go on with the software key. */
function offerSoftware(account) {
  for (const button of document.querySelectorAll("[data-serment=enrol-software]")) {
    button.dataset.account = account;
    button.hidden = false;
  }
}

onClick("enrol-persona", (button) => becomePersona(button, { forceSoftware: false }));
onClick("enrol-software", (button) => becomePersona(button, { forceSoftware: true }));
