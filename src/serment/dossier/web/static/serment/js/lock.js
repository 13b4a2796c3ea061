/* The idle lock, on the page's side: when nobody has touched the workstation for a while, what is on the screen goes away at once, and the
 * guard is told. The guard counts on its own side too; this only saves the screen from waiting for the next click. */

import { onClick, post } from "./ceremony.js";
import { keepAll } from "./drafts.js";
import { recall, remember } from "./keys.js";
import "./switch.js";

const IDLE_MS = Number(document.body.dataset.idleMinutes || 0) * 60_000;
const WARNED_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
// Between two requests of a page, somebody at work is told to the guard this often.
const TOLD_EVERY_MS = 120_000;
// The window that locks may be closed before it says that it is done.
const LOCKED_WITHIN_MS = 5_000;
const KEPT_WITHIN_MS = 1_500;
const GESTURES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

// All the windows of this browser count together.
const ACTIVE = "serment-active";
const channel = new BroadcastChannel("serment-lock");

let touched = Date.now();
let told = Date.now();
let isLeaving = false;

function lastTouched() {
  return Math.max(touched, Number(localStorage.getItem(ACTIVE) ?? 0));
}

function note() {
  const now = Date.now();
  if (now - touched > 1_000) localStorage.setItem(ACTIVE, String(now));
  touched = now;
}

/** Nothing of the page stays: neither on the screen, nor in the page that the browser might keep. */
function empty() {
  isLeaving = true;
  document.body.replaceChildren();
  document.title = "Serment";
}

function comeBack() {
  location.replace(location.pathname + location.search);
}

/** The other windows empty with this one, and come back when the guard has locked: earlier, it would give them their page again. */
async function lock() {
  if (isLeaving) return;
  // What is being typed is read before the page is emptied, and kept before the guard locks.
  const kept = keepAll();
  empty();
  channel.postMessage("emptied");
  await Promise.race([kept, new Promise((resolve) => setTimeout(resolve, KEPT_WITHIN_MS))]);
  await post("/session/lock", {}).catch(() => {});
  channel.postMessage("locked");
  comeBack();
}

function follow({ data }) {
  if (data === "locked") return comeBack();
  if (isLeaving) return;
  void keepAll();
  empty();
  setTimeout(comeBack, LOCKED_WITHIN_MS);
}

async function look() {
  const idle = Date.now() - lastTouched();
  if (idle >= IDLE_MS) return lock();
  for (const place of document.querySelectorAll("[data-serment=lock-soon]")) place.hidden = idle < IDLE_MS - WARNED_MS;
  if (lastTouched() > told && Date.now() - told > TOLD_EVERY_MS) {
    told = Date.now();
    await post("/session/here", {}).catch((error) => {
      if (error.code !== "idle_locked") return;
      empty();
      comeBack();
    });
  }
}

/** Who this session belongs to, for the page where people take turns. */
async function knowWhose() {
  const { account, who, profession } = document.body.dataset;
  const key = await recall("session");
  if (account && key && key.account !== account) await remember("session", { ...key, account, who, profession });
}

onClick("lock", lock);
channel.addEventListener("message", follow);
if (IDLE_MS > 0) {
  localStorage.setItem(ACTIVE, String(touched));
  for (const gesture of GESTURES) addEventListener(gesture, note, { passive: true, capture: true });
  setInterval(() => void look(), LOOK_EVERY_MS);
}
void knowWhose();
