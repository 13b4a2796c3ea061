/* What is being typed is kept by the server, sealed with the record, a moment after the last key and whenever the page may go away.
 * Nothing of it stays in this browser. The page says when it was kept last, or that it could not be. */

const AFTER_MS = 1_200;
const AGAIN_MS = 8_000;
const KEEPALIVE_CHARACTERS_MAX = 20_000; // browsers refuse to finish longer requests of a page that has gone
const TYPED = /^(text|email|tel|number|textarea|select-one|checkbox|radio|date|time)$/;

const states = new WeakMap();

function forms() {
  return [...document.querySelectorAll("form[data-draft]")];
}

function state(form) {
  if (!states.has(form)) states.set(form, { kept: serialised(form, "default"), timer: 0, work: Promise.resolve() });
  return states.get(form);
}

function value(field, which) {
  const isDefault = which === "default";
  if (field.type === "checkbox" || field.type === "radio") return (isDefault ? field.defaultChecked : field.checked) ? field.value : "";
  if (field.type === "select-one" && isDefault) return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
  return isDefault ? field.defaultValue : field.value;
}

function serialised(form, which = "now") {
  const typed = new URLSearchParams();
  for (const field of form.elements) {
    if (!field.name || !TYPED.test(field.type ?? "")) continue;
    const given = value(field, which);
    if (given !== "") typed.append(field.name, given);
  }
  return typed.toString();
}

function tell(form, name, at = "") {
  for (const place of form.querySelectorAll("[data-serment=draft-state]")) {
    place.textContent = name ? `${place.dataset[name]} ${at}`.trim() : "";
    place.dataset.kind = name;
  }
}

/** Keep a form as it is now. What it holds is read at once: the page may be emptied while the request is under way. */
function keep(form) {
  const own = state(form);
  clearTimeout(own.timer);
  if (form.dataset.sent) return own.work;
  const now = serialised(form);
  if (now === own.kept) return own.work;
  const token = form.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  own.work = own.work.then(() => send(form, own, now, token));
  return own.work;
}

async function send(form, own, now, token) {
  // Signed while this was waiting: a draft written now would outlive its note.
  if (form.dataset.sent) return;
  try {
    const response = await fetch(form.dataset.draft, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json", "X-CSRFToken": token },
      body: `${now}&token=${encodeURIComponent(form.querySelector("input[name=token]")?.value ?? "")}`,
      credentials: "same-origin",
      cache: "no-store",
      keepalive: now.length < KEEPALIVE_CHARACTERS_MAX,
    });
    if (!response.ok) throw new Error(String(response.status));
    const { at } = await response.json();
    own.kept = now;
    tell(form, at ? "kept" : "", at);
  } catch {
    tell(form, "lost");
    own.timer = setTimeout(() => keep(form), AGAIN_MS);
  }
}

/** The forms in which something may be under way. Once the page is emptied they are found no more. */
export function drafting() {
  return forms().filter((form) => !form.dataset.sent);
}

/** Keep everything that is being typed, now. Resolves when it is done, or could not be. */
export function keepAll(typed = forms()) {
  return Promise.all(typed.map(keep));
}

/** Whether every word of a form is with the server. */
export function isKept(form) {
  return Boolean(form.dataset.draft) && serialised(form) === state(form).kept;
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset?.draft) return;
  const own = state(form);
  clearTimeout(own.timer);
  own.timer = setTimeout(() => keep(form), AFTER_MS);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.form;
  if (form?.dataset?.draft) void keep(form);
});
addEventListener("pagehide", () => void keepAll());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") void keepAll();
});
