// The model's numbers, or forecasts, on rows whose answers are known.
"use strict";

function numberAnswers(evaluation) {
  const figures = evaluation.targets.map(({target, actual, predicted}) => {
    const sorted = actual.map((one, i) => [one, predicted[i]]).sort((a, b) => a[0] - b[0]);
    const x = sorted.map(([one]) => one);
    return chartFigure({
      title: "Actual against predicted: " + target,
      x,
      linearX: true,
      xTitle: "actual",
      yTitle: "predicted",
      series: [
        {name: "predicted", values: sorted.map((pair) => pair[1]), scatter: true, points: 2.5},
        {name: "perfect", values: x, thin: true, dash: [4, 4], points: 0, colour: 7},
      ],
    });
  });
  section(
    "Answers on the " + evaluation.part,
    element(
      "p",
      {},
      number(evaluation.n) +
        " samples" +
        sampled(evaluation) +
        ": RMSE " +
        number(evaluation.rmse) +
        ", MAE " +
        number(evaluation.mae) +
        ", R\u00b2 " +
        number(evaluation.r2) +
        (evaluation.rank_correlation === null || evaluation.rank_correlation === undefined
          ? ""
          : ", rank correlation " + number(evaluation.rank_correlation)) +
        ".",
    ),
    element("div", {class: "charts"}, figures),
  );
}

// Reports of before show one series.
function spanName(span) {
  return span.series === undefined ? span.target : span.series + ": " + span.target;
}

function spanChoice(span) {
  if (span.series === undefined) return span.target;
  return spanName(span) + " (MASE " + number(span.mase) + ")";
}

function spanFigure(span, shown) {
  const series = [
    {name: "actual", values: span.actual, points: 0},
    {name: "predicted", values: span.predicted, points: 0},
  ];
  if (span.low) {
    series.push(
      {name: "quantile " + span.low_quantile, values: span.low, thin: true, points: 0, colour: 1},
      {
        name: "quantile " + span.high_quantile,
        values: span.high,
        thin: true,
        points: 0,
        colour: 1,
        fill: "-1",
      },
    );
  }
  return chartFigure({
    title: spanName(span),
    wide: true,
    x: span.times,
    xTitle: span.time_name,
    series,
    note: shown + (span.shown || "") + "One forecast after another, each a whole horizon long.",
  });
}

// A figure that is not defined.
function orDash(value) {
  return value === null || value === undefined ? "\u2013" : value;
}

// The figures of each series: their mean, spread and worst, and the series that are forecast worst.
function seriesTables(metrics) {
  const names = {mase: "MASE", owa: "OWA", smape: "sMAPE %", mape: "MAPE %", scaled_mae: "scaled MAE"};
  const bad = (one) => (one.model.mase === null ? one.model.scaled_mae : one.model.mase);
  const worst = [...metrics.by_series].sort((a, b) => bad(b) - bad(a)).slice(0, 20);
  return element(
    "div",
    {},
    element("h3", {}, "By series"),
    element(
      "p",
      {},
      "MASE, sMAPE and MAPE above are means over " +
        number(metrics.by_series.length) +
        " series" +
        (metrics.mse === null
          ? ", whose scales are too far apart for one MSE, MAE and RMSE of all."
          : "."),
    ),
    scrolling(
      table(
        ["", "mean", "spread", "worst", "which is", "series"],
        Object.entries(names).map(([key, name]) => {
          const one = metrics.across_series[key] || {series: 0, of: metrics.by_series.length};
          return [
            name,
            orDash(one.mean),
            orDash(one.spread),
            orDash(one.worst),
            orDash(one.worst_series),
            one.series + " of " + one.of,
          ];
        }),
      ),
      "figures over series",
    ),
    scrolling(
      table(
        ["worst series", "MASE", "naive MASE", "OWA", "sMAPE %", "MAE"],
        worst.map((one) => [
          one.series,
          ...[one.model.mase, one.naive.mase, one.model.owa, one.model.smape, one.model.mae].map(orDash),
        ]),
      ),
      "worst series",
    ),
  );
}

// The model's errors beside those of forecasts by formula.
function errorTable(metrics) {
  const references = metrics.references || {
    naive: "naive",
    seasonal_naive: "seasonal naive (" + metrics.season + ")",
  };
  const named = [
    ["model", metrics.model],
    ...Object.entries(references).map(([key, name]) => [name, metrics[key]]),
  ];
  return scrolling(
    table(
      ["", "MSE", "MAE", "RMSE", "sMAPE %", "MASE", "OWA", "scaled MSE"],
      named.map(([name, one]) => [
        name,
        ...[one.mse, one.mae, one.rmse, one.smape, one.mase, one.owa, one.scaled_mse].map(orDash),
      ]),
    ),
    "errors",
  );
}

function stepFigure(metrics) {
  if (metrics.by_step.length <= 1) return null;
  return chartFigure({
    title: "Error by step of the horizon",
    x: metrics.by_step.map((_, i) => i + 1),
    xTitle: "step",
    yTitle: "scaled MSE",
    series: [{name: "scaled MSE", values: metrics.by_step.map((one) => one.scaled_mse)}],
    yRange: {beginAtZero: true},
  });
}

function intervalTable(metrics) {
  if (!metrics.coverage || !metrics.coverage.length) return null;
  return element(
    "figure",
    {},
    element("h3", {}, "Intervals"),
    table(
      ["between quantiles", "values inside", "should be"],
      metrics.coverage.map((one) => [
        one.low + " and " + one.high,
        percent(one.share),
        percent(one.high - one.low),
      ]),
    ),
  );
}

// One chart at a time, and what chooses it where there are several.
function spanCharts(evaluation) {
  const charts = element("div", {class: "charts"});
  const show = (i) => {
    forget(charts);
    charts.replaceChildren(spanFigure(evaluation.spans[i], evaluation.shown));
  };
  show(0);
  if (evaluation.spans.length <= 1) return [element("p", {}), charts];
  const choice = element(
    "select",
    {"aria-label": "chart"},
    evaluation.spans.map((span, i) => element("option", {value: i}, spanChoice(span))),
  );
  choice.addEventListener("change", () => show(Number(choice.value)));
  const label = evaluation.metrics.by_series
    ? "Chart, the worst and the best series first: "
    : "Target: ";
  return [element("p", {style: "margin-top: 1rem"}, label, choice), charts];
}

function forecastAnswers(evaluation, run) {
  const {metrics} = evaluation;
  section(
    "Forecasts of the " + evaluation.part,
    element(
      "p",
      {},
      number(metrics.n) +
        " windows" +
        (run.measured_part === "test"
          ? ", which also chose the epoch, since nothing was held out to validate on"
          : "") +
        ". Naive repeats the last value; seasonal naive the last season; Naive2 the last value less its season.",
    ),
    errorTable(metrics),
    metrics.by_series ? seriesTables(metrics) : null,
    spanCharts(evaluation),
    element(
      "div",
      {class: "charts", style: "margin-top: 1rem"},
      stepFigure(metrics),
      intervalTable(metrics),
    ),
  );
}
