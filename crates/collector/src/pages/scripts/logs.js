// Says how many lines are new. Nothing moves: whoever wants them follows the link. A hidden tab asks for nothing, and no
// connection is held, so that any number of tabs works.
import { arrows } from "./scripts/arrows.js";

arrows();

const fresh = document.querySelector(".new[data-latest]");
const PAUSE = 2000;

async function look() {
  if (document.hidden) return;
  const address = new URL("logs.json", location.href);
  address.search = location.search;
  address.searchParams.set("after", fresh.dataset.latest);
  address.searchParams.delete("before");
  address.searchParams.set("limit", "1000");
  const answer = await fetch(address);
  if (!answer.ok) return;
  const { lines, hasMore } = await answer.json();
  if (lines.length > 0) {
    const count = hasMore ? `${lines.length}+` : `${lines.length}`;
    fresh.textContent = fresh.dataset.new.replace("{count}", count);
    fresh.href = location.href;
    fresh.hidden = false;
  }
}

async function forever() {
  try {
    await look();
  } catch {
    // The collector is away; it may come back.
  }
  setTimeout(forever, PAUSE);
}

if (fresh && !new URLSearchParams(location.search).has("before")) setTimeout(forever, PAUSE);
