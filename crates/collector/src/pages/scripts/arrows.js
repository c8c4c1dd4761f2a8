// One Tab stop a table: arrow keys go from row to row, and from link to link of a row.
function rowsOf(table) {
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("a")]);
  return rows.filter((links) => links.length > 0);
}

function step(key, rows, row, link) {
  if (key === "ArrowDown") return rows[Math.min(row + 1, rows.length - 1)][0];
  if (key === "ArrowUp") return rows[Math.max(row - 1, 0)][0];
  if (key === "ArrowRight") return rows[row][link + 1];
  if (key === "ArrowLeft") return rows[row][link - 1];
  if (key === "Home") return rows[0][0];
  return key === "End" ? rows.at(-1)[0] : undefined;
}

/** Takes all links but one of each table with data-arrows out of the order of Tab. */
export function arrows() {
  for (const table of document.querySelectorAll("[data-arrows]")) {
    const rows = rowsOf(table);
    const stopAt = (stop) => rows.flat().forEach((link) => (link.tabIndex = link === stop ? 0 : -1));
    stopAt(rows[0]?.[0]);
    table.addEventListener("keydown", (event) => {
      const row = rows.findIndex((links) => links.includes(document.activeElement));
      if (row < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      const next = step(event.key, rows, row, rows[row].indexOf(document.activeElement));
      if (!next) return;
      event.preventDefault();
      stopAt(next);
      next.focus();
    });
  }
}
