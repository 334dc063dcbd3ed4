// Runs in the page: draws each chart at the width there is, and again when that changes.
// Colours are CSS variables, so that light, dark and print need no drawing.
(() => {
  const { charts, axisWidth, rightMargin } = JSON.parse(document.getElementById("report-data").textContent);
  const PHONE_PX = 480;
  /** What bars and strokes may stand out beyond the plot. */
  const SLACK_PX = 4;

  /** A copy of a chart fitted to `width` pixels: its title stands in the page already. */
  function fitted(spec, width) {
    const plot = Math.max(120, Math.floor(width) - axisWidth - rightMargin - SLACK_PX);
    const vconcat = spec.vconcat.map((panel) => ({ ...panel, width: plot }));
    const { title, ...rest } = spec;
    const narrow = { columnPadding: 10, layout: { top: { anchor: "start", direction: "vertical", margin: 4 } } };
    const legend = { ...spec.config.legend, ...(width < PHONE_PX ? narrow : {}) };
    return { ...rest, vconcat, config: { ...spec.config, legend } };
  }

  const views = new Map();
  async function draw(element, spec) {
    const width = element.clientWidth;
    const known = views.get(element);
    if (width === 0 || known?.width === width) return;
    known?.result?.finalize();
    const entry = { width, result: null };
    views.set(element, entry);
    const result = await vegaEmbed(element, fitted(spec, width), {
      renderer: "svg",
      actions: false,
      tooltip: { disableDefaultStyle: true },
    });
    if (views.get(element) === entry) entry.result = result;
    else result.finalize();
    element.dataset.drawn = String(width);
  }

  const byElement = new Map(charts.map(({ name, spec }) => [document.getElementById(`chart-${name}`), spec]));
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) requestAnimationFrame(() => draw(target, byElement.get(target)));
  });
  for (const element of byElement.keys()) observer.observe(element);
})();
