// One Tab stop a table: arrow keys go from row to row.
function links(table) {
  return [...table.querySelectorAll("tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
}

function step(key, at, last) {
  if (key === "ArrowDown") return Math.min(at + 1, last);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}

/** Takes all rows but one of each table with data-arrows out of the order of Tab. */
export function arrows() {
  for (const table of document.querySelectorAll("[data-arrows]")) {
    const rows = links(table);
    for (const link of table.querySelectorAll("tbody a")) link.tabIndex = link === rows[0] ? 0 : -1;
    table.addEventListener("keydown", (event) => {
      const at = rows.indexOf(document.activeElement);
      const next = at < 0 ? null : step(event.key, at, rows.length - 1);
      if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      rows[at].tabIndex = -1;
      rows[next].tabIndex = 0;
      rows[next].focus();
    });
  }
}
