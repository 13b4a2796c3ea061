/* Documents go one after the other, each as the body of a request, and are sealed as they arrive. Each says what became of it.
 * Without this script the form is sent as forms are, one file at a time. */

const form = document.querySelector("form[data-serment=upload]");
const state = form?.querySelector("[data-serment=upload-state]");
const list = form?.querySelector("[data-serment=uploads]");
const bar = form?.querySelector("progress");
const camera = form?.querySelector("#camera");

function say(text) {
  state.textContent = text;
  state.hidden = text === "";
}

function stem(file) {
  return file.name.replace(/\.[^.]+$/, "");
}

/** Send one file; answers what the server said, or why it was not sent. */
async function send(file, token, title) {
  if (file.size > Number(form.dataset.bytesMax)) return { why: form.dataset.tooLarge };
  const told = { token, title };
  for (const name of ["category", "dated", "origin", "third_party"]) told[name] = form.elements[name].value;
  const headers = { "Content-Type": "application/octet-stream", Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  for (const [name, value] of Object.entries(told)) headers[`Serment-${name.replace("_", "-")}`] = encodeURIComponent(value);
  try {
    const response = await fetch(form.dataset.upload, { method: "POST", headers, body: file, credentials: "same-origin", cache: "no-store" });
    const reply = await response.json().catch(() => ({}));
    if (response.ok) return reply;
    return { why: Object.values(reply.fields ?? {}).flat().join(" ") || reply.message || form.dataset.unreachable };
  } catch {
    return { why: form.dataset.unreachable };
  }
}

function link(address, words) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = words;
  return made;
}

function line(file) {
  const made = document.createElement("li");
  made.className = "row";
  const outcome = document.createElement("span");
  outcome.textContent = form.dataset.waiting;
  const name = document.createElement("b");
  name.textContent = file.name;
  made.append(name, outcome);
  list.append(made);
  return { made, outcome };
}

function tell({ made, outcome }, reply) {
  outcome.textContent = reply.why ?? form.dataset.done;
  outcome.className = reply.why ? "field-message" : "quiet";
  if (reply.undo) made.append(link(reply.address, form.dataset.open), link(reply.undo, form.dataset.undo));
}

async function sendAll() {
  const files = [...form.elements.file.files];
  if (files.length === 0) return;
  say("");
  bar.hidden = false;
  form.setAttribute("aria-busy", "true");
  if (files.length === 1) {
    const reply = await send(files[0], form.elements.token.value, form.elements.title.value);
    if (!reply.why) return location.assign(reply.address);
    say(reply.why);
  } else {
    list.replaceChildren();
    list.hidden = false;
    bar.max = files.length;
    const lines = files.map(line);
    for (const [number, file] of files.entries()) {
      bar.value = number;
      lines[number].outcome.textContent = form.dataset.sending;
      tell(lines[number], await send(file, crypto.randomUUID(), stem(file)));
    }
    form.elements.file.value = "";
    form.elements.title.value = "";
    form.elements.title.disabled = false;
  }
  bar.hidden = true;
  form.removeAttribute("aria-busy");
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void sendAll();
});

// What is dropped on the form is what the field holds; its name proposes the title.
for (const name of ["dragenter", "dragover"]) {
  form?.addEventListener(name, (event) => {
    event.preventDefault();
    form.dataset.over = "yes";
  });
}
form?.addEventListener("dragleave", () => delete form.dataset.over);
form?.addEventListener("drop", (event) => {
  event.preventDefault();
  delete form.dataset.over;
  if (event.dataTransfer.files.length > 0) hold(event.dataTransfer.files);
});

function hold(files) {
  form.elements.file.files = files;
  form.elements.file.dispatchEvent(new Event("change"));
}

form?.elements.file.addEventListener("change", () => {
  const files = [...form.elements.file.files];
  const isOne = files.length === 1;
  form.elements.title.disabled = files.length > 1;
  say(files.length > 1 ? form.dataset.several : isOne && files[0].size > Number(form.dataset.bytesMax) ? form.dataset.tooLarge : "");
  if (isOne && !form.elements.title.value) form.elements.title.value = stem(files[0]);
});
camera?.addEventListener("change", () => hold(camera.files));

if (form) {
  form.elements.file.multiple = true;
  form.querySelector("[data-serment=camera]").hidden = !matchMedia("(pointer: coarse)").matches;
}
