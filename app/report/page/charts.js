// Elements, tables and charts: what every section of the report is made of. Text from the data
// becomes text nodes alone, never HTML.
"use strict";

const charts = [];

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

function number(value, digits = 4) {
  if (value === null || value === undefined || value === "") return "\u2013";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return value.toLocaleString("en", {maximumFractionDigits: size >= 100 ? 1 : digits});
}

// rows: arrays of strings and numbers; the latter stand at the right.
function table(heads, rows, attributes) {
  const numeric = heads.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const head = element(
    "thead",
    {},
    element(
      "tr",
      {},
      heads.map((name, i) => element("th", numeric[i] ? {scope: "col", class: "n"} : {scope: "col"}, name)),
    ),
  );
  return element(
    "table",
    attributes || {},
    heads.some((name) => name !== "") ? head : null,
    element(
      "tbody",
      {},
      rows.map((row) =>
        element(
          "tr",
          {},
          row.map((value, i) => element("td", numeric[i] ? {class: "n"} : {}, number(value))),
        ),
      ),
    ),
  );
}

function scrolling(content, label) {
  return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label}, content);
}

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
const colour = (i) => style("--c" + (i % 8));

// A dashed line through the chosen epoch.
const chosenLine = {
  id: "chosen",
  afterDatasetsDraw(chart, _, options) {
    if (options.index === undefined || options.index < 0) return;
    const {x} = chart.getDatasetMeta(0).data[options.index];
    const {top, bottom} = chart.chartArea;
    chart.ctx.save();
    chart.ctx.strokeStyle = style("--quiet");
    chart.ctx.setLineDash([4, 4]);
    chart.ctx.beginPath();
    chart.ctx.moveTo(x, top);
    chart.ctx.lineTo(x, bottom);
    chart.ctx.stroke();
    chart.ctx.restore();
  },
};

function datasets(series) {
  return series.map((one, i) => ({
    label: one.name,
    data: one.values,
    borderColor: colour(one.colour ?? i),
    backgroundColor: colour(one.colour ?? i) + (one.fill ? "33" : ""),
    fill: one.fill ?? false,
    borderWidth: one.thin ? 1 : 2,
    borderDash: one.dash || [],
    spanGaps: true,
    pointRadius: one.points ?? (one.values.length > 60 ? 0 : 2.5),
    pointHoverRadius: 5,
    showLine: !one.scatter,
    tension: 0,
  }));
}

function paint(entry) {
  const {chart, series} = entry,
    ink = style("--quiet"),
    line = style("--line");
  chart.data.datasets = datasets(series);
  for (const axis of Object.values(chart.options.scales)) {
    axis.ticks.color = axis.title.color = ink;
    axis.grid.color = line;
  }
  chart.options.plugins.legend.labels.color = style("--ink");
  chart.update("none");
}

function axis(title, scale) {
  return {
    type: scale || "linear",
    title: {display: title !== "", text: title},
    ticks: {maxTicksLimit: 9, maxRotation: 0, autoSkip: true, autoSkipPadding: 16},
    grid: {},
  };
}

// The arrow keys walk along the points, and what the tooltip shows is said.
function walkByKeys(canvas, chart, live) {
  let at = -1;
  canvas.addEventListener("keydown", (event) => {
    const last = chart.data.labels.length - 1;
    const moves = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last};
    if (!(event.key in moves)) return;
    event.preventDefault();
    at = Math.min(Math.max(moves[event.key], 0), last);
    const points = chart.data.datasets.map((_, i) => ({datasetIndex: i, index: at}));
    chart.setActiveElements(points);
    chart.tooltip.setActiveElements(points, {x: 0, y: 0});
    chart.update();
    live.textContent =
      chart.data.labels[at] +
      ": " +
      chart.data.datasets.map((one) => one.label + " " + number(one.data[at])).join(", ");
  });
  canvas.addEventListener("blur", () => {
    chart.setActiveElements([]);
    chart.tooltip.setActiveElements([], {x: 0, y: 0});
    chart.update();
  });
}

function chartOptions(spec) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: {mode: "index", intersect: false},
    scales: {
      x: Object.assign(axis(spec.xTitle, spec.linearX ? "linear" : "category"), spec.xRange || {}),
      y: Object.assign(
        axis(spec.yTitle || "", spec.logarithmic ? "logarithmic" : "linear"),
        spec.yRange || {},
      ),
    },
    plugins: {
      chosen: {index: spec.chosen},
      legend: {display: spec.series.length > 1, labels: {boxWidth: 14, boxHeight: 2}},
      tooltip: {
        callbacks: {
          label: (item) => item.dataset.label + ": " + number(item.parsed.y),
        },
      },
    },
  };
}

// spec: title, x (labels), xTitle, yTitle, series [{name, values, ...}], and at will note, wide,
// chosen (index), logarithmic, linearX, xRange, yRange.
function chartFigure(spec) {
  const canvas = element("canvas", {
    role: "application",
    "aria-roledescription": "chart",
    tabindex: "0",
    "aria-label":
      spec.title +
      ": " +
      spec.series.map((one) => one.name).join(", ") +
      ". The table below has the numbers; the arrow keys walk along them.",
  });
  const live = element("div", {class: "live", "aria-live": "polite"});
  const rows = spec.x.map((x, i) => [x, ...spec.series.map((one) => one.values[i])]);
  const figure = element(
    "figure",
    spec.wide ? {class: "wide"} : {},
    element("h3", {}, spec.title),
    element("div", {class: "canvas"}, canvas),
    live,
    spec.note ? element("figcaption", {}, spec.note) : null,
    element(
      "details",
      {},
      element("summary", {}, "Table"),
      scrolling(table([spec.xTitle, ...spec.series.map((one) => one.name)], rows), spec.title),
    ),
  );
  const chart = new Chart(canvas, {
    type: "line",
    data: {labels: spec.x, datasets: []},
    plugins: [chosenLine],
    options: chartOptions(spec),
  });
  if (spec.logarithmic) chart.options.scales.y.ticks.callback = (value) => number(value);
  const entry = {chart, series: spec.series, title: spec.title};
  charts.push(entry);
  paint(entry);
  walkByKeys(canvas, chart, live);
  return figure;
}

// Drops the charts inside an element that is to be replaced.
function forget(parent) {
  for (let i = charts.length - 1; i >= 0; --i) {
    if (!parent.contains(charts[i].chart.canvas)) continue;
    charts[i].chart.destroy();
    charts.splice(i, 1);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(paint));

// Paper is white, whatever the screen is.
function setPaper(isPaper) {
  document.documentElement.classList.toggle("paper", isPaper);
  for (const entry of charts) {
    paint(entry);
    entry.chart.resize();
  }
}
addEventListener("beforeprint", () => setPaper(true));
addEventListener("afterprint", () => setPaper(false));
