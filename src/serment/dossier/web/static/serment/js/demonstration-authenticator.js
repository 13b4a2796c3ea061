/* The demonstration's authenticator, made of software: for a visitor whose browser has none. It protects nobody, and only an
 * instance that says it is a demonstration believes it, for fictional people alone. Included by demonstration pages only. */

import { hasWebAuthn } from "./ceremony.js";
import { decode, encode, newKey, recall, remember, sign } from "./keys.js";

const TYPE = "serment-demonstration";
const SIGNED_PREFIX = "serment demonstration authenticator v1\0";

/** Whether this browser has an authenticator of its own that verifies its user. */
export async function hasAuthenticator() {
  return hasWebAuthn() && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));
}

/** The answer to a creation ceremony: a new key, kept by this page. */
export async function create(options) {
  const key = await newKey();
  const id = encode(crypto.getRandomValues(new Uint8Array(16)));
  await remember(`software:${id}`, key);
  return { type: TYPE, id, publicKey: key.jwk, signature: await signature(key, options) };
}

/** The answer to a sign-in or to a touch. Throws a NotAllowedError when this browser has lost the key. */
export async function use(options, id) {
  const key = await recall(`software:${id}`);
  if (!key) throw new DOMException("no such key", "NotAllowedError");
  return { type: TYPE, id, signature: await signature(key, options) };
}

async function signature(key, options) {
  const prefix = new TextEncoder().encode(SIGNED_PREFIX);
  const challenge = decode(options.challenge);
  const bytes = new Uint8Array(prefix.length + challenge.length);
  bytes.set(prefix);
  bytes.set(challenge, prefix.length);
  return encode(await sign(key, bytes));
}
