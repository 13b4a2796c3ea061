/* The idle lock, on the page's side: when nobody has touched the workstation for a while, what is on the screen goes away at once, and the
 * guard is told. The guard counts on its own side too; this only saves the screen from waiting for the next click.
 *
 * What is being typed goes to the server first. When it cannot (the network is down), the page waits, empty, with the words in memory alone:
 * they leave as soon as the server answers, or come back on the screen at a touch of the passkey. */

import { onClick, post } from "./ceremony.js";
import { drafting, isKept, keepAll } from "./drafts.js";
import { recall, remember } from "./keys.js";
import "./switch.js";
import { touch } from "./touch.js";

const IDLE_MS = Number(document.body.dataset.idleMinutes || 0) * 60_000;
const WARNED_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
// Between two requests of a page, somebody at work is told to the guard this often.
const TOLD_EVERY_MS = 120_000;
// The window that locks may be closed before it says that it is done.
const LOCKED_WITHIN_MS = 5_000;
const KEPT_WITHIN_MS = 1_500;
const TRIED_EVERY_MS = 4_000;
const WAITING = document.querySelector("template[data-serment=lock-waiting]");
const GESTURES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

// All the windows of this browser count together.
const ACTIVE = "serment-active";
const channel = new BroadcastChannel("serment-lock");

let touched = Date.now();
let told = Date.now();
let isLeaving = false;
// What stood on the page, out of sight, while something typed is not with the server.
let aside;
let guardLocked = promised();

function promised() {
  const made = {};
  made.told = new Promise((resolve) => (made.tell = resolve));
  return made;
}

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
  aside = { nodes: [...document.body.childNodes], title: document.title };
  document.body.replaceChildren();
  document.title = "Serment";
}

function comeBack() {
  location.replace(location.pathname + location.search);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The other windows empty with this one, and come back when the guard has locked: earlier, it would give them their page again. */
async function lock() {
  if (isLeaving) return;
  // What is being typed is read before the page is emptied, and kept before the guard locks.
  const typed = drafting();
  const kept = keepAll(typed);
  empty();
  channel.postMessage("emptied");
  await Promise.race([kept, pause(KEPT_WITHIN_MS)]);
  const isLocked = await tellGuard();
  if (isLocked) channel.postMessage("locked");
  await leave(typed, isLocked);
}

/** Another window locks: this one empties too, and comes back once the guard has locked, or after a while. One that was opened meanwhile
 * hears the end alone. */
async function follow({ data }) {
  if (data === "locked") guardLocked.tell();
  if (isLeaving) return;
  const typed = drafting();
  const kept = keepAll(typed);
  empty();
  await Promise.race([Promise.all([kept, guardLocked.told]), pause(LOCKED_WITHIN_MS)]);
  await leave(typed);
}

/** Whether the guard knows that this session is locked. */
async function tellGuard() {
  return post("/session/lock", {}).then(() => true).catch((error) => error.code !== "unreachable");
}

/** Come back as the locked page; while the server does not answer, or something typed could not be kept, wait with it. */
async function leave(typed, isLocked = true) {
  dropKept(typed);
  if (WAITING && !(isLocked && typed.every(isKept))) await waitWith(typed, isLocked);
  if (isLeaving) comeBack();
}

/** Until every word is with the server and the guard has locked, or until the person takes the page up again. */
async function waitWith(typed, isLocked) {
  document.body.replaceChildren(WAITING.content.cloneNode(true));
  while (isLeaving && !(isLocked && typed.every(isKept))) {
    await pause(TRIED_EVERY_MS);
    await keepAll(typed);
    dropKept(typed);
    if (isLeaving && typed.every(isKept)) isLocked = await tellGuard();
  }
}

/** With the server, words need no place here any more, and nothing else of the page does. */
function dropKept(typed) {
  if (typed.every(isKept)) aside = undefined;
}

/** The owner is back before the network: their page, as they left it. */
async function takeUp() {
  await touch();
  isLeaving = false;
  guardLocked = promised();
  if (!aside) return comeBack();
  document.body.replaceChildren(...aside.nodes);
  document.title = aside.title;
  aside = undefined;
  note();
  void keepAll();
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

// Not awaited: while the page waits for the server, its one button must work.
onClick("lock", () => void lock());
onClick("take-up", takeUp);
channel.addEventListener("message", follow);
if (IDLE_MS > 0) {
  localStorage.setItem(ACTIVE, String(touched));
  for (const gesture of GESTURES) addEventListener(gesture, note, { passive: true, capture: true });
  setInterval(() => void look(), LOOK_EVERY_MS);
}
void knowWhose();
