/* Manners of every page. What was just done is told once: a page that is read again does not say it again. And a page that nobody sees asks
 * the server nothing by itself. */

const address = new URL(location);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const isByItself = "Serment-Quiet" in (event.detail.requestConfig?.headers ?? {});
  if (isByItself && document.visibilityState === "hidden") event.preventDefault();
});
