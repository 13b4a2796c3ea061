/* A document goes as the body of a request, and is sealed as it arrives. Without this script the form is sent as forms are. */

const form = document.querySelector("form[data-serment=upload]");
const state = form?.querySelector("[data-serment=upload-state]");
const bar = form?.querySelector("progress");

function say(text) {
  state.textContent = text;
  state.hidden = text === "";
}

async function send() {
  const file = form.elements.file.files[0];
  if (!file) return;
  say("");
  bar.hidden = false;
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.upload, {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        Accept: "application/json",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        "Serment-token": form.elements.token.value,
        "Serment-title": encodeURIComponent(form.elements.title.value),
        "Serment-category": encodeURIComponent(form.elements.category.value),
      },
      body: file,
      credentials: "same-origin",
      cache: "no-store",
    });
    const reply = await response.json().catch(() => ({}));
    if (response.ok) return location.assign(reply.address);
    say(Object.values(reply.fields ?? {}).flat().join(" ") || reply.message || form.dataset.unreachable);
  } catch {
    say(form.dataset.unreachable);
  } finally {
    bar.hidden = true;
    form.removeAttribute("aria-busy");
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
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
  if (event.dataTransfer.files.length === 0) return;
  form.elements.file.files = event.dataTransfer.files;
  form.elements.file.dispatchEvent(new Event("change"));
});
form?.elements.file.addEventListener("change", () => {
  const file = form.elements.file.files[0];
  if (file && !form.elements.title.value) form.elements.title.value = file.name.replace(/\.[^.]+$/, "");
});
