// Runs in the page: draws each chart at the width there is, and again when that changes or a
// part of the time is chosen by a drag along it.
// Colours are CSS variables, so that light, dark and print need no drawing.
(() => {
  const { charts, axisWidth, rightMargin } = JSON.parse(document.getElementById("report-data").textContent);
  const PHONE_PX = 480;
  /** Between the margins of a sheet of A4 or letter. */
  const PAPER_PX = 680;
  /** What bars and strokes may stand out beyond the plot. */
  const SLACK_PX = 4;
  /** A drag shorter than this is a click. */
  const DRAG_PX = 8;
  /** No part of the time shorter than this is shown, milliseconds. */
  const ZOOM_LEAST_MS = 1000;

  const figures = new Map(charts.map(({ name, spec }) => [document.getElementById(`chart-${name}`), spec]));
  /** The part of the time that all charts over time show: `[from, to]`, milliseconds; null for all of it. */
  let zoom = null;

  // -- what a specification says of itself

  /** Calls `use` with each channel of an encoding within a specification. */
  function eachChannel(node, use) {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (key === "encoding") for (const channel of Object.values(child)) use(channel, node);
      if (key !== "datasets" && key !== "data") eachChannel(child, use);
    }
  }

  /** The time that a panel's axis spans, or null for a panel of something else. */
  function timeDomain(panel) {
    let domain = null;
    eachChannel(panel, (channel) => {
      if (channel?.type === "temporal" && Array.isArray(channel.scale?.domain)) domain = channel.scale.domain;
    });
    return domain;
  }

  // -- drawing

  /** The width of the plots of a chart of `width` pixels. */
  const plotWidth = (width) => Math.max(120, Math.floor(width) - axisWidth - rightMargin - SLACK_PX);

  /** A copy of a chart fitted to `width` pixels and to the zoom: its title stands in the page already. */
  function fitted(spec, width) {
    const plot = plotWidth(width);
    // A title wider than the chart would make all of it smaller.
    const limit = Math.floor(width) - rightMargin - SLACK_PX;
    const titled = (panel) => ({ ...panel, title: { ...panel.title, limit } });
    const vconcat = spec.vconcat.map((panel) => zoomed({ ...titled(panel), width: plot }));
    const { title, ...rest } = spec;
    const narrow = { columnPadding: 10, labelLimit: plot - 30, layout: { top: { anchor: "start", direction: "vertical", margin: 4 } } };
    const legend = { ...spec.config.legend, ...(width < PHONE_PX ? narrow : {}) };
    return { ...rest, datasets: zoomedRows(spec), vconcat, config: { ...spec.config, legend } };
  }

  /** A panel over time as far as the zoom goes. */
  function zoomed(panel) {
    if (zoom === null || timeDomain(panel) === null) return panel;
    const copy = structuredClone(panel);
    eachChannel(copy, (channel, layer) => {
      if (channel?.type !== "temporal" || !Array.isArray(channel.scale?.domain)) return;
      channel.scale.domain = zoom;
      layer.mark = typeof layer.mark === "string" ? { type: layer.mark, clip: true } : { ...layer.mark, clip: true };
    });
    return copy;
  }

  /** Rows within the zoom, and those right before and after it, so that lines go on to the edge; all of what is played step by step. */
  function zoomedRows(spec) {
    if (zoom === null) return spec.datasets;
    const [from, to] = zoom;
    const within = (rows) => {
      if (rows.length === 0 || typeof rows[0].t !== "number" || "step" in rows[0]) return rows;
      const ends = (row) => Math.max(row.t, row.end ?? row.t, row.until ?? row.t);
      const before = Math.max(...rows.map(({ t }) => t).filter((t) => t < from), Number.NEGATIVE_INFINITY);
      const after = Math.min(...rows.map(({ t }) => t).filter((t) => t > to), Number.POSITIVE_INFINITY);
      return rows.filter((row) => ends(row) >= Math.min(from, before) && row.t <= Math.max(to, after));
    };
    const kept = Object.entries(spec.datasets).map(([name, rows]) => [name, within(rows)]);
    return Object.fromEntries(kept);
  }

  const views = new Map();
  async function draw(element) {
    const width = element.clientWidth;
    const known = views.get(element);
    if (width === 0 || (known?.width === width && known.zoom === zoom)) return;
    known?.result?.finalize();
    const entry = { width, zoom, result: null };
    views.set(element, entry);
    const result = await vegaEmbed(element, fitted(figures.get(element), width), {
      renderer: "svg",
      actions: false,
      tooltip: { disableDefaultStyle: true },
    });
    if (views.get(element) === entry) entry.result = result;
    else result.finalize();
    element.dataset.drawn = String(width);
  }

  // -- paper: a wide chart made smaller would have texts too small to read, so its plots become narrower

  /** All plots of every chart at another width, at once: a browser prints what stands there when this returns. */
  function fitPlots(widthOf) {
    for (const [element, { result }] of views) result?.view.width(plotWidth(widthOf(element))).run();
  }
  const folded = [...document.querySelectorAll("#settings details:not([open])")];
  window.addEventListener("beforeprint", () => {
    fitPlots(() => PAPER_PX);
    for (const details of folded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    fitPlots((element) => element.clientWidth);
    for (const details of folded) details.open = false;
  });

  // -- zoom: a drag along the time of one chart chooses what all of them show

  const dateTime = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  const bar = document.createElement("div");
  bar.className = "zoom-bar";
  bar.hidden = true;
  const shown = document.createElement("span");
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "Show all";
  reset.addEventListener("click", () => show(null));
  bar.setAttribute("role", "status");
  bar.append(shown, reset);
  document.body.append(bar);

  function show(part) {
    zoom = part;
    bar.hidden = zoom === null;
    if (zoom !== null) shown.textContent = `${dateTime(zoom[0])} – ${dateTime(zoom[1])} UTC`;
    for (const [element, spec] of figures) {
      if (!spec.vconcat.some((panel) => timeDomain(panel) !== null)) continue;
      element.dataset.drawn = "";
      requestAnimationFrame(() => draw(element));
    }
  }

  /** The plots over time of a chart on the screen: where they stand, and the time they span. */
  function plotsOf(element) {
    return figures.get(element).vconcat.flatMap((panel, place) => {
      const whole = timeDomain(panel);
      const plot = whole && element.querySelector(`.concat_${place}_group path.background`);
      return plot ? [{ box: plot.getBoundingClientRect(), domain: zoom ?? whole }] : [];
    });
  }

  function follow(element) {
    let drag = null;
    const shade = document.createElement("div");
    shade.className = "brush";
    element.parentElement.append(shade);
    const end = () => {
      drag = null;
      shade.style.display = "none";
    };
    const inside = ({ box }, x) => Math.min(Math.max(x, box.left), box.right);
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const plots = plotsOf(element);
      const plot = plots.find(
        ({ box }) => event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom,
      );
      if (plot === undefined) return;
      drag = { plots, plot, from: event.clientX };
      if (event.pointerType === "mouse") event.preventDefault();
    });
    window.addEventListener("pointermove", (event) => {
      if (drag === null) return;
      const [a, b] = [drag.from, inside(drag.plot, event.clientX)];
      const around = element.parentElement.getBoundingClientRect();
      const top = Math.min(...drag.plots.map(({ box }) => box.top));
      const bottom = Math.max(...drag.plots.map(({ box }) => box.bottom));
      Object.assign(shade.style, {
        display: "block",
        left: `${Math.min(a, b) - around.left - element.parentElement.clientLeft}px`,
        top: `${top - around.top - element.parentElement.clientTop}px`,
        width: `${Math.abs(b - a)}px`,
        height: `${bottom - top}px`,
      });
    });
    window.addEventListener("pointerup", (event) => {
      if (drag === null) return;
      const { plot, from } = drag;
      end();
      const to = inside(plot, event.clientX);
      if (Math.abs(to - from) < DRAG_PX) return;
      const [first, last] = plot.domain;
      const at = (x) => Math.round(first + ((x - plot.box.left) / plot.box.width) * (last - first));
      const part = [at(Math.min(from, to)), at(Math.max(from, to))];
      if (part[1] - part[0] >= ZOOM_LEAST_MS) show(part);
    });
    window.addEventListener("pointercancel", end);
    element.addEventListener("dblclick", () => zoom !== null && show(null));
  }

  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) requestAnimationFrame(() => draw(target));
  });
  for (const [element, spec] of figures) {
    observer.observe(element);
    if (spec.vconcat.some((panel) => timeDomain(panel) !== null)) {
      element.classList.add("timed");
      follow(element);
    }
  }
})();
