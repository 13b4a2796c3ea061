/* Manners of every page. What was just done is told once: a page that is read again does not say it again. And a page that nobody sees asks
 * the server nothing by itself. And a part that does not come says so in its place. */

const address = new URL(location);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const isByItself = "Serment-Quiet" in (event.detail.requestConfig?.headers ?? {});
  if (isByItself && document.visibilityState === "hidden") event.preventDefault();
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ detail: { elt } }) => {
    if (!elt.dataset.failed) return;
    elt.textContent = elt.dataset.failed;
    elt.removeAttribute("aria-busy");
  });
}
