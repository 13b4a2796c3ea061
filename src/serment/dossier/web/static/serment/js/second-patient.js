/* Two patients side by side is how a note ends in the wrong record: who opens a second one in another window of this browser is asked.
 * The windows ask one another and store nothing; one record after the other in the same window asks nothing. */

import { keepAll } from "./drafts.js";

// Asked once in a window: who keeps both knows it, and goes round the unit beside the other record.
const BOTH = "serment-both-patients";

const box = document.getElementById("second-patient");
const channel = new BroadcastChannel("serment-patients");
const me = crypto.randomUUID();

function name() {
  return document.querySelector("#band .band-name")?.innerText.trim() ?? "";
}

async function leave() {
  await keepAll();
  location.assign("/");
}

function ask(other) {
  if (box.open || sessionStorage.getItem(BOTH) || document.querySelector("dialog[open]")) return;
  box.querySelector("[data-serment=second-patient-name]").textContent = other;
  box.showModal();
}

function answer({ data }) {
  const isOther = data.patient !== box.dataset.patient;
  if (!isOther || !box.isConnected) return;
  if (data.said === "opened") channel.postMessage({ said: "here", to: data.from, patient: box.dataset.patient, name: name() });
  else if (data.said === "here" && data.to === me) ask(data.name);
  else if (data.said === "close") void leave();
}

if (box) {
  channel.addEventListener("message", answer);
  box.querySelector("[data-serment=second-patient-close]").addEventListener("click", () => {
    channel.postMessage({ said: "close", patient: box.dataset.patient });
    box.close();
  });
  box.querySelector("[data-serment=second-patient-keep]").addEventListener("click", () => {
    sessionStorage.setItem(BOTH, "yes");
    box.close();
  });
  channel.postMessage({ said: "opened", from: me, patient: box.dataset.patient });
}
