/* Several people, one workstation: a session is locked and put aside with its key, another is taken up, each by its owner's touch. */

import { complain, onClick, post, say, word } from "./ceremony.js";
import { recall, remember } from "./keys.js";
import { touch } from "./touch.js";

const PARKED_MAX = 4;

/** The sessions put aside, newest first: `{ slot, key, account, who, profession, passkey, then }`. */
export async function parked() {
  return (await recall("parked")) ?? [];
}

async function park() {
  const key = await recall("session");
  if (!key) return;
  const others = (await parked()).filter((one) => one.account !== key.account).slice(0, PARKED_MAX - 1);
  const slot = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  await post("/session/park", { slot, keep: others.map((one) => one.slot) });
  const { account, who, profession } = key;
  const then = location.pathname.startsWith("/sign-in/") ? "/" : location.pathname;
  if (account) others.unshift({ slot, key, account, who, profession, passkey: await recall("last-passkey"), then });
  await remember("parked", others);
  await remember("session", undefined);
}

async function resume(slot) {
  const all = await parked();
  const one = all.find((candidate) => candidate.slot === slot);
  if (!one) return;
  await park();
  await post("/session/resume", { slot });
  await remember("session", one.key);
  await remember("last-passkey", one.passkey);
  await remember("parked", (await parked()).filter((other) => other.slot !== slot));
  try {
    await touch();
  } catch (error) {
    if (error.status === 401) {
      await remember("session", undefined);
      say("gone", "error");
    } else {
      // Nobody touched: the session stays locked, and waits aside as before.
      await park();
      complain(error);
    }
    await show();
    return;
  }
  location.assign(one.then);
}

/** One button for each person who left a session here. */
async function show() {
  const places = document.querySelectorAll("[data-serment=parked]");
  const all = places.length > 0 ? await parked() : [];
  for (const place of places) {
    for (const button of place.querySelectorAll("button")) button.remove();
    place.hidden = all.length === 0;
    for (const one of all) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button persona" });
      Object.assign(button.dataset, { serment: "resume", slot: one.slot });
      button.append(word("parked").replace("{name}", one.who));
      place.append(button);
    }
  }
}

onClick("resume", (button) => resume(button.dataset.slot));
onClick("switch", async () => {
  await park();
  location.assign("/sign-in/");
});
void show();
