// What only a browser can do for a trace's page: keys, one Tab stop for all rows, details when a row opens, and a drag
// over the map to zoom. All else is on the page without it.
import { arrows } from "./scripts/arrows.js";

arrows();

const list = document.querySelector(".waterfall");
const find = document.querySelector('.tools input[name="find"]');
const keys = document.querySelector("#keys");

const stops = () => [...list.querySelectorAll(":scope > li > a, :scope > li > details > summary")];

// One Tab stop: arrow keys go on from there.
function stopAt(stop) {
  list.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
  stop.setAttribute("tabindex", "0");
}

function go(to) {
  const all = stops();
  const here = all.indexOf(document.activeElement);
  const stop = all.at(Math.max(0, Math.min(all.length - 1, to(here, all.length))));
  if (!stop) return;
  stopAt(stop);
  stop.focus();
  stop.scrollIntoView({ block: "nearest" });
}

const moves = {
  j: (here) => here + 1,
  ArrowDown: (here) => here + 1,
  k: (here) => here - 1,
  ArrowUp: (here) => here - 1,
  Home: () => 0,
  End: (_, length) => length - 1,
};

function press(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || keys?.open) return;
  const row = event.target.closest(".waterfall > li > details > summary, .waterfall > li > a");
  if (event.key === "/" && find) {
    find.focus();
    find.select();
  } else if (event.key === "?" && keys) {
    keys.showModal();
  } else if (event.key === "j" || event.key === "k" || (row && moves[event.key])) {
    go(moves[event.key]);
  } else if (row && (event.key === "ArrowRight" || event.key === "ArrowLeft") && row.tagName === "SUMMARY") {
    row.parentElement.open = event.key === "ArrowRight";
  } else {
    return;
  }
  event.preventDefault();
}

// The span's own page has its details. Its markup is parsed by the browser, and nothing in it runs.
function load(details) {
  const place = details.querySelector(":scope > .details[data-from]");
  if (!place) return;
  const from = place.dataset.from;
  delete place.dataset.from;
  const request = new XMLHttpRequest();
  request.open("GET", from);
  request.responseType = "document";
  request.addEventListener("load", () => {
    const span = request.response?.querySelector("#span");
    if (span) place.prepend(...document.importNode(span, true).childNodes);
  });
  request.send();
}

function drag(map) {
  const width = Number(map.dataset.width);
  let start;
  const at = (event) => {
    const box = map.getBoundingClientRect();
    return Math.round(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * width);
  };
  map.addEventListener("pointerdown", (event) => {
    start = at(event);
  });
  map.addEventListener("click", (event) => {
    const [from, to] = [start, at(event)].sort((one, other) => one - other);
    // A click leads to the slice; a drag to what was dragged over.
    if (start === undefined || (to - from) * 50 < width) return;
    event.preventDefault();
    const address = new URL(location.href);
    address.searchParams.set("from", from);
    address.searchParams.set("to", to);
    address.hash = "waterfall";
    location.assign(address);
  });
  map.addEventListener("dragstart", (event) => event.preventDefault());
}

if (list) {
  const all = stops();
  all.forEach((stop) => stop.setAttribute("tabindex", "-1"));
  const opened = document.getElementById(location.hash.slice(1))?.querySelector("summary, a");
  const first = opened && list.contains(opened) ? opened : all[0];
  first?.setAttribute("tabindex", "0");
  list.addEventListener("focusin", (event) => {
    if (event.target.matches(".waterfall > li > a, .waterfall > li > details > summary")) stopAt(event.target);
  });
  list.addEventListener("toggle", (event) => event.target.open && load(event.target), true);
  document.addEventListener("keydown", press);
  document.querySelectorAll(".minimap").forEach(drag);
  document.querySelectorAll(".keys-button").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  });
}
