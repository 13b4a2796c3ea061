/* The service worker: it signs each request of this browser with a key that cannot leave it (RFC 9449).
 *
 * A cookie alone opens nothing here: the server wants, for each request, a proof made by the key that was present at the sign-in.
 * The worker keeps no state that it could lose: the browser stops and starts it as it likes. It stores no answer, ever.
 */
"use strict";

const DATABASE = "serment";
const STORE = "keys";

// Asked before anybody is signed in, or the same for everybody.
const UNSIGNED = /^\/(static\/|sw\.js$|-\/ready$|favicon\.ico$|sign-in\/|session\/(begin|finish)$|enrolment\/|verify\/)/;

// The `Date` header counts whole seconds: a smaller difference is no difference.
const CLOCK_TOLERANCE_MS = 2000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || UNSIGNED.test(url.pathname) || !mayBeSigned(request)) return;
  event.respondWith(answer(request, url));
});

/* What the worker fetches counts as ours: the browser's own defences against other sites (SameSite, Origin) no longer apply.
 * So a form, or a frame, that does not come from one of our pages is left to the browser, unsigned. A page that other sites link
 * to is unsigned too, where they say who they are. */
function mayBeSigned(request) {
  if (request.mode !== "navigate") return true;
  const isOurs = request.referrer !== "" && request.referrer !== "about:client" && new URL(request.referrer).origin === self.location.origin;
  if (request.method !== "GET" || request.destination !== "document") return isOurs;
  return isOurs || request.referrer === "" || request.referrer === "about:client";
}

async function answer(request, url) {
  const { key, offset } = await remembered();
  const body = request.method === "GET" || request.method === "HEAD" ? undefined : await request.blob();
  const response = await send(request, url, body, key, offset ?? 0);
  const measured = await learnClock(response, offset ?? 0);
  if (key && response.headers.has("Serment-Retry")) return send(request, url, body, key, measured);
  return response;
}

async function send(request, url, body, key, offset) {
  const headers = new Headers(request.headers);
  if (key) headers.set("DPoP", await proof(key, request.method, url.origin + url.pathname, offset));
  return fetch(
    new Request(request.url, {
      method: request.method,
      headers,
      body,
      mode: "same-origin",
      credentials: "same-origin",
      cache: "no-store",
      // A navigation follows its redirections itself, and each one passes here again.
      redirect: request.redirect,
      referrer: request.referrer,
      referrerPolicy: "same-origin",
      signal: request.signal,
    }),
  );
}

async function proof(key, htm, htu, offset) {
  const { crv, kty, x, y } = key.jwk;
  const header = { alg: "ES256", jwk: { crv, kty, x, y }, typ: "dpop+jwt" };
  const jti = encode(crypto.getRandomValues(new Uint8Array(16)));
  const claims = { htm, htu, iat: Math.floor((Date.now() + offset) / 1000), jti };
  const text = new TextEncoder();
  const signed = `${encode(text.encode(JSON.stringify(header)))}.${encode(text.encode(JSON.stringify(claims)))}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, text.encode(signed));
  return `${signed}.${encode(new Uint8Array(signature))}`;
}

async function learnClock(response, offset) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(date)) return offset;
  const difference = date + 500 - Date.now();
  const measured = Math.abs(difference) < CLOCK_TOLERANCE_MS ? 0 : difference;
  if (Math.abs(measured - offset) < CLOCK_TOLERANCE_MS) return offset;
  const database = await open();
  database.transaction(STORE, "readwrite").objectStore(STORE).put(measured, "clock");
  database.close();
  return measured;
}

async function remembered() {
  const database = await open();
  try {
    const store = database.transaction(STORE, "readonly").objectStore(STORE);
    const [key, offset] = await Promise.all([settled(store.get("session")), settled(store.get("clock"))]);
    return { key, offset };
  } finally {
    database.close();
  }
}

function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
