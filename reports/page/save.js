// Runs in the page: below each chart, links that save it as a picture and its data as CSV, all
// made here from what the page has in it.
(() => {
  const { charts, paper } = JSON.parse(document.getElementById("report-data").textContent);
  /** Pixels of a PNG per pixel of the SVG, and room around a picture, as the files that the command line writes. */
  const PNG_SCALE = 2;
  const PADDING_PX = 16;

  const formats = {
    csv: async (spec) => new Blob([csvOf(spec)], { type: "text/csv;charset=utf-8" }),
    svg: async (spec) => new Blob([await drawn(spec, (view) => view.toSVG())], { type: "image/svg+xml" }),
    png: async (spec) => {
      const canvas = await drawn(spec, (view) => view.toCanvas(PNG_SCALE));
      return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    },
  };
  for (const { name, spec } of charts) {
    const line = document.createElement("p");
    line.className = "save";
    line.append("Save as");
    for (const [format, make] of Object.entries(formats)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = format.toUpperCase();
      button.addEventListener("click", async () => download(`${name}.${format}`, await make(spec)));
      line.append(" ", button);
    }
    document.getElementById(`chart-${name}`).after(line);
  }

  function download(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** The chart on paper, with its title: colours that are variables of the page are those of paper. */
  async function drawn(spec, take) {
    const text = JSON.stringify(spec, (_, value) => {
      const role = typeof value === "string" ? /^var\(--(\w+)\)$/.exec(value)?.[1] : undefined;
      return paper[role] ?? value;
    });
    const whole = { ...JSON.parse(text), background: paper.paper, padding: PADDING_PX };
    const view = new vega.View(vega.parse(vegaLite.compile(whole).spec), { renderer: "none" });
    try {
      return await take(view);
    } finally {
      view.finalize();
    }
  }

  /** As reports/chart-csv.ts writes it. */
  function csvOf(spec) {
    const datasets = Object.entries(spec.datasets);
    const columns = [...new Set(datasets.flatMap(([, rows]) => rows.flatMap(Object.keys)))];
    const times = temporalFields(spec, new Set());
    const time = (value) => (Number.isFinite(value) ? new Date(value).toISOString() : value);
    const lines = datasets.flatMap(([name, rows]) =>
      rows.map((row) => [name, ...columns.map((column) => (times.has(column) ? time(row[column]) : row[column]))]),
    );
    return [["dataset", ...columns], ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
  }

  function temporalFields(node, found) {
    if (typeof node !== "object" || node === null) return found;
    if (node.type === "temporal" && typeof node.field === "string") found.add(node.field);
    for (const [key, child] of Object.entries(node)) if (key !== "datasets") temporalFields(child, found);
    return found;
  }

  function csvCell(value) {
    if (value === null || value === undefined) return "";
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
})();
