/* The locked shell: a page that arrived unsigned, because the service worker was not there yet. Bring it, and ask again. */

import { say, workerReady } from "./ceremony.js";
import { recall } from "./keys.js";

// A page that comes back unsigned again and again will not get better by itself.
const TRIES_MAX = 3;
const TRIES_WITHIN_MS = 20_000;
const PAUSE_MS = 1000;

function triesSoFar() {
  const now = Date.now();
  const tries = JSON.parse(sessionStorage.getItem("serment-shell") ?? "[]").filter((at) => now - at < TRIES_WITHIN_MS);
  tries.push(now);
  sessionStorage.setItem("serment-shell", JSON.stringify(tries));
  return tries.length;
}

async function comeBack() {
  if (!(await recall("session"))) {
    location.replace(`/sign-in/?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  const tries = triesSoFar();
  if (tries > TRIES_MAX) return giveUp();
  await workerReady();
  if (tries > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  location.replace(location.href);
}

function giveUp() {
  say("stuck", "error");
  for (const element of document.querySelectorAll("[data-serment=stuck]")) element.hidden = false;
}

comeBack().catch(giveUp);
