/* The round of a unit: each line is written when one leaves it. What could not be written stays in the line, and says why. */

import { touch } from "./touch.js";

// A score that asks for somebody is seen from the other end of the ward's list.
const RISKS = { low_medium: "attention", medium: "attention", high: "danger" };

const lines = () => [...document.querySelectorAll("form[data-serment=tour-line]")];

function typed(form) {
  const values = new URLSearchParams();
  for (const field of form.elements) {
    if (field.name && !isWritten(field) && (field.type !== "checkbox" || field.checked)) values.append(field.name, field.value);
  }
  return values;
}

const isMeasure = (field) => field.matches("[inputmode=decimal], select");
const isWritten = (field) => field.dataset.written === "yes";

/** What is in the line and not written yet. */
function unwritten(form) {
  return [...form.elements].filter((field) => isMeasure(field) && !isWritten(field) && field.value.trim() !== "");
}

function say(form, kind, text) {
  const place = form.querySelector("[data-serment=line-state]");
  place.textContent = text;
  place.dataset.kind = kind;
}

function mark(form, fields) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const name of Object.keys(fields)) form.elements[name]?.setAttribute("aria-invalid", "true");
}

function ask(form, names) {
  for (const old of form.querySelectorAll("[data-serment=confirm]")) old.remove();
  for (const name of names) {
    const label = document.createElement("label");
    label.dataset.serment = "confirm";
    label.className = "tour-confirm";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: `confirm-${name}`, value: "yes" });
    label.append(box, ` ${form.dataset.confirm} ${form.elements[name].value}`);
    form.querySelector(".tour-state").append(label);
  }
}

/** Write one line. The same values sent twice are written once: they carry their own token until they are kept. */
async function write(form) {
  const sent = unwritten(form);
  if (sent.length === 0 || form.dataset.busy) return;
  const now = typed(form).toString();
  form.dataset.busy = "yes";
  say(form, "busy", form.dataset.writing);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: now,
      credentials: "same-origin",
      cache: "no-store",
    });
    const reply = await response.json().catch(() => ({}));
    if (response.ok) kept(form, sent, reply);
    else if (reply.fields) refused(form, reply);
    else waiting(form, reply);
  } catch {
    waiting(form, {});
  } finally {
    delete form.dataset.busy;
  }
}

/** What is written is not written over: a value added later is another set, a wrong one is struck out on the patient's page. */
function kept(form, sent, reply) {
  mark(form, {});
  ask(form, []);
  const score = reply.score === null ? "" : ` · NEWS2 ${reply.score} (${reply.risk})`;
  say(form, RISKS[reply.grade] ?? "kept", `${form.dataset.written} ${reply.at}${score}`);
  for (const field of sent) {
    field.dataset.written = "yes";
    field.readOnly = true;
    if (field.matches("select")) field.disabled = true;
  }
  form.elements.token.value = crypto.randomUUID();
  form.dataset.kept = "yes";
  count();
}

function refused(form, reply) {
  const names = Object.keys(reply.fields);
  mark(form, reply.fields);
  const questions = reply.questions ?? [];
  say(form, "attention", names.map((name) => `${form.elements[name]?.ariaLabel ?? ""} ${reply.fields[name].join(" ")}`.trim()).join(" "));
  ask(form, questions);
}

/** Not written, and nothing is wrong with what was typed: the passkey, or the network. */
function waiting(form, reply) {
  form.dataset.waiting = "yes";
  say(form, "attention", reply.message || form.dataset.unreachable);
  document.querySelector("[data-serment=tour-touch]").hidden = false;
}

function count() {
  const place = document.querySelector("[data-serment=tour-count]");
  place.textContent = String(lines().filter((form) => form.dataset.kept).length);
}

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-serment=tour-line]");
  if (form && !form.contains(event.relatedTarget)) void write(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-serment=tour-line]")) return;
  event.preventDefault();
  const all = lines();
  const following = all[all.indexOf(event.target) + 1];
  void write(event.target);
  following?.querySelector("input[inputmode=decimal]")?.focus();
});
// In a list of choices Enter would open the list: here it goes on, as in every other field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("form[data-serment=tour-line] select")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
document.addEventListener("change", (event) => {
  const label = event.target.closest?.("[data-serment=confirm]");
  if (label) void write(label.closest("form"));
});
document.querySelector("[data-serment=tour-touch] button")?.addEventListener("click", async () => {
  try {
    await touch();
  } catch {
    return;
  }
  document.querySelector("[data-serment=tour-touch]").hidden = true;
  for (const form of lines().filter((line) => line.dataset.waiting)) {
    delete form.dataset.waiting;
    await write(form);
  }
});
addEventListener("beforeunload", (event) => {
  if (lines().some((form) => unwritten(form).length > 0)) event.preventDefault();
});
