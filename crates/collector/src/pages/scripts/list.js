// The list of traces: local times and ages, one Tab stop a table, and the number of new traces. Nothing moves by itself.
import { keepTimes } from "./times.js";
import { arrows } from "./arrows.js";

// Milliseconds between two questions; no connection is held between them, so that any number of tabs work.
const EVERY = 2000;

keepTimes();
arrows();

const line = document.querySelector(".live");
const links = [...document.querySelectorAll(".traces th a")];
const shown = new Set(links.map((link) => link.pathname.split("/").pop()));

async function look() {
  if (document.hidden) return;
  const address = new URL("traces.json", document.baseURI.replace(/[^/]*$/, ""));
  address.search = location.search;
  address.searchParams.set("only", "ids");
  const answer = await fetch(address);
  if (!answer.ok) return;
  const fresh = (await answer.json()).filter((id) => !shown.has(id));
  if (fresh.length > 0) say(fresh.length);
}

// A link in the place of the hint: it takes the same room, and asks for the page again.
function say(count) {
  const text = line.dataset.some.replace("{count}", count);
  if (line.textContent === text) return;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = text;
  line.replaceChildren(link);
}

const parameters = new URLSearchParams(location.search);
const isOver = ["endTs", "startTs"].some((name) => parameters.get(name)) || parameters.get("sort") === "longest";
if (line && !isOver && !document.querySelector("[aria-invalid]")) {
  line.textContent = line.dataset.none;
  // A look that fails is followed by the next: the collector may be starting again.
  setInterval(() => look().catch(() => {}), EVERY);
  document.addEventListener("visibilitychange", () => look().catch(() => {}));
}
