/* The keyboard: every element with `data-keys` is one key, or two in a row, away. And the command box, lists, menus, unsent words.
 * Nothing here is needed to use a page: all of it is also a link or a button. */

import { isKept } from "./drafts.js";

const SEQUENCE_MS = 900;
const TYPING = "input, textarea, select, [contenteditable]";

// keys that call links and buttons ------------------------------------------------------------------------------------------------

let pressed = "";
let pressedAt = 0;

function called(keys) {
  return [...document.querySelectorAll("[data-keys]")].find((element) => element.dataset.keys === keys);
}

function isBeginning(keys) {
  return [...document.querySelectorAll("[data-keys]")].some((element) => element.dataset.keys.startsWith(`${keys} `));
}

function onKey(event) {
  const isCommand = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if (isCommand) {
    event.preventDefault();
    return openCommands();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && moveInRows(event.key === "ArrowDown" ? 1 : -1)) return event.preventDefault();
  const now = event.timeStamp;
  const keys = pressed && now - pressedAt < SEQUENCE_MS ? `${pressed} ${event.key}` : event.key;
  pressed = "";
  const target = called(keys) ?? called(event.key);
  if (target) {
    event.preventDefault();
    const field = event.key === "/" ? document.querySelector("form [name=birth_name]") : null;
    if (field) field.focus();
    else target.click();
  } else if (isBeginning(event.key)) {
    pressed = event.key;
    pressedAt = now;
  }
}

// lists of patients: up and down ----------------------------------------------------------------------------------------------------

function moveInRows(step) {
  const links = [...document.querySelectorAll("[data-serment=rows] a.line-name")];
  if (links.length === 0) return false;
  const here = links.indexOf(document.activeElement);
  const next = links[here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1)];
  next.focus();
  next.closest("li").scrollIntoView({ block: "nearest" });
  return true;
}

// the command box ------------------------------------------------------------------------------------------------------------------

const box = document.getElementById("command");
const input = document.getElementById("command-input");
const list = document.getElementById("command-list");

function openCommands() {
  if (!box || box.open) return;
  box.showModal();
  input.value = "";
  input.focus();
  list.dispatchEvent(new CustomEvent("serment:open"));
  filter();
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function shown() {
  return [...list.querySelectorAll(".command:not([hidden])")];
}

function filter() {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  for (const command of list.querySelectorAll(".command")) {
    const text = plain(command.textContent);
    command.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector(".command:not([hidden])");
  const empty = list.querySelector("[data-serment=command-empty]");
  if (empty) empty.hidden = shown().length > 0;
  select(shown()[0]);
}

function select(command) {
  for (const other of list.querySelectorAll(".command[aria-selected]")) other.removeAttribute("aria-selected");
  if (!command) return input.removeAttribute("aria-activedescendant");
  command.id ||= `command-${[...list.querySelectorAll(".command")].indexOf(command)}`;
  command.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", command.id);
  command.scrollIntoView({ block: "nearest" });
}

function moveInCommands(step) {
  const commands = shown();
  const here = commands.findIndex((command) => command.getAttribute("aria-selected") === "true");
  select(commands[(here + step + commands.length) % commands.length]);
}

input?.addEventListener("input", filter);
input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveInCommands(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    list.querySelector("[aria-selected=true]")?.click();
  }
});
list?.addEventListener("htmx:afterSwap", filter);
box?.addEventListener("click", (event) => {
  if (event.target === box || event.target.closest(".command")) box.close();
});

// menus close when one looks elsewhere -----------------------------------------------------------------------------------------------

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  closeMenus(target?.closest("details.menu"));
  if (target?.closest("[data-serment=command]")) openCommands();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  onKey(event);
});

// words not sent yet: leaving asks ----------------------------------------------------------------------------------------------------

function isUnsent() {
  return [...document.querySelectorAll("form[data-serment=draft]")].some(
    (form) =>
      !form.dataset.sent &&
      !isKept(form) &&
      [...form.elements].some((field) => /^(text|email|textarea|file)$/.test(field.type ?? "") && field.value !== (field.defaultValue ?? "")),
  );
}

addEventListener("beforeunload", (event) => {
  if (isUnsent()) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.serment !== "draft") return;
  form.dataset.sent = "yes";
  // An answer that brings the same form back, refused, makes it a draft again.
  for (const failure of ["htmx:responseError", "htmx:sendError"]) form.addEventListener(failure, () => delete form.dataset.sent, { once: true });
});

// Ctrl and Enter send the form one is writing in, without leaving the text.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-serment=draft]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

// after htmx: to the first field at fault ----------------------------------------------------------------------------------------------

document.addEventListener("htmx:afterSwap", () => {
  document.querySelector(".field-wrong input:not([type=hidden]), .field-wrong textarea, .field-wrong select")?.focus();
});
document.querySelector(".field-wrong input:not([type=hidden]), .field-wrong textarea, .field-wrong select")?.focus();

// A link to a form leads into its first field. The browser goes to the fragment when the page has loaded, and would take the focus away.
function enterForm() {
  if (location.hash === "#add") document.querySelector("#add input:not([type=hidden]), #add textarea")?.focus();
}
if (document.readyState === "complete") enterForm();
else addEventListener("load", () => setTimeout(enterForm));
addEventListener("hashchange", enterForm);

// A page come back from the past may show what is no longer so: ask again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
