/* What `looking.py` measures inside a page. Brought in by the browser's debugger, beside axe-core. */

window.looking = (() => {
  const reach = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const told = (one) => (one.innerText || one.ariaLabel || one.title || "").slice(0, 40).replaceAll("\n", " ");
  const name = (one) => `${one.tagName.toLowerCase()} ${one.id || one.name || one.className?.baseVal || one.className} «${told(one)}»`;

  /** axe-core's violations: impact, rule, and the first places. */
  async function axe(tags, rules) {
    const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
    const found = await window.axe.run(document, { runOnly, resultTypes: ["violations"], elementRef: false });
    const place = (node) => `${node.html.slice(0, 160)} | ${(node.failureSummary || "").slice(0, 220)}`;
    return found.violations.map((one) => [one.impact, one.id, one.nodes.slice(0, 3).map(place)]);
  }

  /** What makes the page wider than its window, but for what scrolls by itself. */
  function overflow() {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide + 1) return [];
    const scrolls = (node) =>
      node && node !== document.body && (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
    const right = (node) => Math.round(node.getBoundingClientRect().right);
    const guilty = [...document.body.querySelectorAll("*")].filter((node) => right(node) > wide + 1 && !scrolls(node.parentElement));
    return guilty.slice(0, 4).map((node) => `${name(node)} ${right(node)}`);
  }

  /** The largest share of the window that stays in place while one scrolls. */
  function sticky() {
    const stays = (node) => ["sticky", "fixed"].includes(getComputedStyle(node).position) && node.checkVisibility();
    const boxes = [...document.body.querySelectorAll("*")].filter(stays).map((node) => node.getBoundingClientRect());
    return Math.max(0, ...boxes.filter((box) => box.width > innerWidth / 2).map((box) => box.height / innerHeight));
  }

  function head() {
    return {
      title: document.title,
      language: document.documentElement.lang,
      headings: all("h1").map((one) => one.innerText),
      names: all(".band-surname, .band-given, .line-name b").map((one) => one.innerText),
    };
  }

  /** Of radio buttons of one name the keyboard reaches one. */
  function isReachedRadio(one) {
    const group = [...(one.form ?? document).querySelectorAll(`input[type=radio][name="${one.name}"]`)];
    return one === (group.find((other) => other.checked) ?? group[0]);
  }

  function isReachable(one) {
    if (one.tabIndex < 0 || one.disabled || (one.type === "radio" && !isReachedRadio(one))) return false;
    return one.checkVisibility({ visibilityProperty: true }) && !one.closest("dialog:not([open]), [inert]");
  }

  function hasVisibleFocus(one) {
    const styles = [null, "::after"].map((part) => getComputedStyle(one, part));
    return styles.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none");
  }

  /** Whether some of it can be seen: it has a size, is in the window, and nothing lies over all of it. */
  function isInSight(one) {
    const box = one.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) return false;
    const isOnTop = (x, y) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (one.contains(top) || (top.contains(one) && top !== document.documentElement && top !== document.body));
    };
    return [0.02, 0.5, 0.98].some((x) => [0.1, 0.5, 0.9].some((y) => isOnTop(x, y)));
  }

  let wanted = [];
  let seen = [];

  /** Before the keys: what they should reach. Each stop is looked at when the next key leaves it, once the page has scrolled to it. */
  function watch() {
    wanted = all(reach).filter(isReachable);
    seen = [];
    addEventListener("keydown", note, true);
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    // A date and an hour are a stop for each of their parts.
    const parts = (one) => ({ "datetime-local": 8, date: 5, time: 4 })[one.type] ?? 1;
    return wanted.length + wanted.reduce((more, one) => more + parts(one) - 1, 0);
  }

  function note(event) {
    const one = document.activeElement;
    if (event.key === "Tab" && one && one !== document.body) seen.push({ one, shown: hasVisibleFocus(one), inSight: isInSight(one) });
  }

  /** After the keys: what they missed among the first `most`, and what was wrong on the way. */
  function stops(most) {
    removeEventListener("keydown", note, true);
    const first = wanted.slice(0, most).filter((one) => one.tagName !== "IFRAME");
    // What the page brings anew every few seconds keeps its name.
    const same = (one) => (wanted.includes(one) || !one.id ? one : (wanted.find((other) => other.id === one.id) ?? one));
    const reached = [...new Set(seen.map((stop) => same(stop.one)))].filter((one) => one.tagName !== "IFRAME");
    const scrolls = (one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight;
    const places = reached.map((one) => first.indexOf(one)).filter((place) => place >= 0);
    return {
      missed: first.filter((one) => !reached.includes(one)).map(name),
      "out of order": places.filter((place, here) => here && place < places[here - 1]).map((place) => name(first[place])),
      unexpected: reached.filter((one) => !wanted.includes(one) && !scrolls(one)).map(name),
      "without visible focus": seen.filter((stop) => !stop.shown && stop.one.tagName !== "IFRAME").map((stop) => name(stop.one)),
      "out of sight": seen.filter((stop) => !stop.inSight).map((stop) => name(stop.one)),
      "positive tabindex": wanted.filter((one) => one.tabIndex > 0).map(name),
    };
  }

  return { axe, overflow, sticky, head, watch, stops };
})();
