/* Coming back from Pro Santé Connect: first the answer leaves the address, then it is handed over by the browser that asked. */

import { post, Refused, say, word, complain } from "./ceremony.js";
import { recall, remember } from "./keys.js";

const KEPT = "serment-psc";

function keepAnswer() {
  const given = new URLSearchParams(location.search);
  const answer = { code: given.get("code") ?? "", state: given.get("state") ?? "", issuer: given.get("iss") ?? "" };
  sessionStorage.setItem(KEPT, JSON.stringify(answer));
  location.replace("/sign-in/psc/return");
}

async function finish() {
  const answer = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  const pending = await recall("pending-psc");
  await remember("pending-psc", undefined);
  if (!answer?.code || !pending) throw new Refused("no-answer", word("no-answer"));
  say("entering");
  await post("/sign-in/psc/finish", { ceremony: pending.ceremony, ...answer });
  await remember("session", { ...pending.key, logout: pending.logout });
  location.replace(pending.next || "/");
}

const page = document.querySelector("[data-serment=psc-answer]");
if (page?.dataset.finishes) finish().catch(complain);
else keepAnswer();
