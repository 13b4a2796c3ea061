/* What every ceremony needs: asking the server, speaking WebAuthn's JSON, telling the person, waiting for the service worker. */

import { decode, encode } from "./keys.js";

/** The server said no. `message` is its sentence, in the language of the page. */
export class Refused extends Error {
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Send JSON, get JSON. Throws Refused. */
export async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new Refused("unreachable", word("unreachable"));
  }
  const reply = await response.json().catch(() => ({}));
  learn(reply.messages);
  if (!response.ok) throw new Refused(reply.code ?? "fault", reply.message ?? word("fault"), response.status);
  return reply;
}

function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (field) return field.value;
  const meta = document.querySelector("meta[name=csrf-token]");
  if (meta) return meta.content;
  return document.cookie.match(/(?:^|; )(?:__Host-)?serment_csrf=([^;]*)/)?.[1] ?? "";
}

// words ------------------------------------------------------------------------------------------------------------------------

const words = {};

function learn(messages) {
  Object.assign(words, messages ?? {});
}

/** A sentence by its name, from the page's JSON or from the server's last reply. */
export function word(name) {
  if (Object.keys(words).length === 0) {
    const source = document.getElementById("serment-messages");
    if (source) learn(JSON.parse(source.textContent));
  }
  return words[name] ?? "";
}

/** Tell the person, in the status line of the form at work, or of the page. `kind` is "busy", "error" or "done". */
export function say(name, kind = "busy", text = word(name)) {
  const own = document.querySelectorAll("form[aria-busy] [data-serment=status]");
  for (const place of own.length > 0 ? own : document.querySelectorAll("[data-serment=status]")) {
    place.textContent = text;
    place.dataset.kind = kind;
    place.hidden = text === "";
  }
}

/** Tell what went wrong. */
export function complain(error) {
  if (error instanceof Refused) return say("", "error", error.message || word("fault"));
  const name = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "insecure" }[error.name];
  return say(name ?? "fault", "error");
}

/** Run one ceremony at a time; the buttons rest meanwhile. */
export async function once(button, work) {
  if (document.documentElement.dataset.ceremony) return;
  document.documentElement.dataset.ceremony = "under-way";
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    complain(error);
  } finally {
    delete document.documentElement.dataset.ceremony;
    button.removeAttribute("aria-busy");
  }
}

/** Call `work(element)` when an element with this `data-serment` is clicked, now or after htmx brings it. */
export function onClick(role, work) {
  document.addEventListener("click", (event) => {
    const element = event.target instanceof Element ? event.target.closest(`[data-serment="${role}"]`) : null;
    if (!element) return;
    event.preventDefault();
    void once(element, () => work(element));
  });
}

// WebAuthn ---------------------------------------------------------------------------------------------------------------------

/** Whether this browser can speak to an authenticator at all. */
export function hasWebAuthn() {
  return typeof PublicKeyCredential === "function" && Boolean(navigator.credentials?.create);
}

export async function createPasskey(options) {
  const descriptor = (item) => ({ ...item, id: decode(item.id) });
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map(descriptor),
    },
  });
  const { clientDataJSON, attestationObject } = credential.response;
  return described(credential, {
    clientDataJSON: encode(clientDataJSON),
    attestationObject: encode(attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

/** Ask for any passkey, or for the one with this id. */
export async function usePasskey(options, only) {
  const allowed = only ? [{ type: "public-key", id: only }] : (options.allowCredentials ?? []);
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: decode(options.challenge), allowCredentials: allowed.map((item) => ({ ...item, id: decode(item.id) })) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return described(credential, {
    clientDataJSON: encode(clientDataJSON),
    authenticatorData: encode(authenticatorData),
    signature: encode(signature),
    userHandle: userHandle ? encode(userHandle) : null,
  });
}

function described(credential, response) {
  return { id: credential.id, rawId: encode(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

// the service worker -----------------------------------------------------------------------------------------------------------

const CONTROL_MS_MAX = 3000;

/** Resolves once the service worker signs this browser's requests. Throws Refused where browsers allow none. */
export async function workerReady() {
  if (!navigator.serviceWorker) throw new Refused("insecure", word("insecure"));
  await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const registration = await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    // A page loaded past the worker (a forced reload) is not claimed by itself. The next page is signed in any case.
    registration.active?.postMessage("claim");
    setTimeout(resolve, CONTROL_MS_MAX);
  });
}
