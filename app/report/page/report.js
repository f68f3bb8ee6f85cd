// The sections of the report, from the data that mnemo put into the page.
"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const content = document.getElementById("content");

const metricOf = (run) => {
  const key = Object.keys(run.epochs[0] || {}).find(
    (name) => name.startsWith("valid_") && name !== "valid_loss",
  );
  return key ? key.slice("valid_".length) : "";
};
const speedOf = (run) => Object.keys(run.epochs[0] || {}).find((name) => name.endsWith("_per_second"));
const column = (run, key) => run.epochs.map((epoch) => epoch[key]);
const chosen = (run) => run.epochs.findIndex((epoch) => epoch.epoch === run.best_epoch);
// The figures of what the run keeps: an epoch's, or, where n-grams joined it, those of all together.
const kept = (run) => run.epochs[chosen(run)] && {...run.epochs[chosen(run)], ...run.result};
const percent = (share) => (100 * share).toLocaleString("en", {maximumFractionDigits: 2}) + " %";

const metricName = (metric) => (metric.length > 4 ? metric : metric.toUpperCase()); // accuracy, MSE
const metricTitle = (metric) => metricName(metric)[0].toUpperCase() + metricName(metric).slice(1);

const sampled = (evaluation) =>
  evaluation.of > evaluation.n ? ", evenly spread over " + number(evaluation.of) : "";

function section(title, ...children) {
  content.append(element("section", {}, element("h2", {}, title), children));
}

function card(value, name) {
  return element("div", {class: "card"}, element("b", {}, value), element("span", {}, name));
}

function heading(run) {
  const metric = metricOf(run),
    epoch = kept(run);
  const seconds = column(run, "seconds").reduce((sum, one) => sum + one, 0);
  content.append(
    element("h1", {}, run.name),
    element(
      "p",
      {class: "quiet"},
      "A " + run.what + " trained by mnemo " + run.mnemo_version + "; status: " + run.status + ".",
    ),
    element(
      "div",
      {class: "cards"},
      epoch ? card(number(epoch["valid_" + metric]), run.measured_part + " " + metricName(metric)) : null,
      epoch ? card(number(epoch.valid_loss), run.measured_part + " loss") : null,
      epoch ? card(run.best_epoch + " of " + run.epochs.length, "epoch chosen") : null,
      run.epochs.length > 0 ? card(duration(seconds), "in all epochs") : null,
      run.parameters ? card(number(run.parameters), "parameters") : null,
    ),
  );
}

function duration(seconds) {
  const whole = Math.round(seconds),
    two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? minutes + ":" + two(whole % 60)
    : Math.floor(minutes / 60) + ":" + two(minutes % 60) + ":" + two(whole % 60);
}

function whatAndHow(run) {
  const facts = run.facts.map(([name, value]) => [name, typeof value === "number" ? number(value) : value]);
  section(
    "Data and settings",
    element(
      "div",
      {class: "charts"},
      element("figure", {}, element("h3", {}, "Data and machine"), table(["", ""], facts, {class: "facts"})),
      element(
        "figure",
        {},
        element("h3", {}, "Settings that differ from the defaults"),
        run.changed.length === 0
          ? element("p", {}, "None: all are the defaults.")
          : scrolling(
              table(["setting", "this run", "default"], run.changed),
              "settings that differ from the defaults",
            ),
        element(
          "details",
          {},
          element("summary", {}, "All settings"),
          scrolling(table(["setting", "value"], run.settings), "all settings"),
        ),
      ),
    ),
  );
}

function noteOfCurves(run) {
  const notes = [];
  if (chosen(run) >= 0) notes.push("Dashed: the epoch whose weights were kept.");
  if (run.measured_part !== "validation") notes.push("Nothing was held out to validate on.");
  return notes.join(" ");
}

function trainingCurves(run) {
  if (run.epochs.length === 0) return;
  const metric = metricOf(run),
    speed = speedOf(run),
    x = column(run, "epoch"),
    best = chosen(run);
  const line = (title, series, more) =>
    chartFigure(
      Object.assign(
        {
          title,
          x,
          xTitle: "epoch",
          chosen: best,
          series: series.map(([name, key]) => ({name, values: column(run, key)})),
        },
        more,
      ),
    );
  const measured = run.measured_part === "training" ? "training, at the epoch's end" : run.measured_part;
  const note = noteOfCurves(run);
  section(
    "Training",
    element(
      "div",
      {class: "charts"},
      line(
        "Loss",
        [
          ["training", "train_loss"],
          [measured, "valid_loss"],
        ],
        {note},
      ),
      line(
        metricTitle(metric),
        [
          ["training", "train_" + metric],
          [measured, "valid_" + metric],
        ],
        {note},
      ),
      line("Learning rate", [["learning rate", "learning_rate"]]),
      line(
        "Gradient norm",
        [
          ["mean", "gradient_norm"],
          ["largest", "max_gradient_norm"],
        ],
        {note: "Before clipping."},
      ),
      line("Speed", [[speed.replace("_per_second", " a second"), speed]], {
        yTitle: speed.replace("_per_second", " a second"),
        yRange: {beginAtZero: true},
      }),
    ),
  );
}

function diagnosis(run) {
  if (!run.diagnosis) return;
  const {findings, probe} = run.diagnosis,
    figures = [];
  for (const pass of probe.recurrent) {
    if (pass.gradient.length < 2) continue;
    figures.push(
      chartFigure({
        title: "Gradient by distance, " + pass.name,
        x: pass.distances,
        xTitle: "steps back from the end",
        logarithmic: true,
        series: [{name: "gradient norm", values: pass.gradient.map((norm) => (norm > 0 ? norm : null))}],
        note:
          "At step " +
          probe.step +
          " of the training; its loss with respect to the hidden states, on a logarithmic scale.",
      }),
    );
  }
  const {layers} = probe;
  section(
    "Diagnosis",
    findings.length === 0
      ? element("p", {}, "Nothing to remark.")
      : findings.map((one) =>
          element(
            "div",
            {class: "finding"},
            element("p", {}, element("b", {}, one.finding + ": "), one.what),
            element("p", {class: "quiet"}, one.remedy),
          ),
        ),
    element("div", {class: "charts"}, figures),
    layers.length
      ? element(
          "details",
          {},
          element("summary", {}, "Layers at step " + probe.step),
          scrolling(
            table(
              ["layer", "gradient norm", "weight norm", "update norm"],
              layers.map((one) => [one.name, one.gradient_norm, one.weight_norm, one.update_norm]),
            ),
            "layers",
          ),
        )
      : null,
  );
}

function usage(run) {
  section(
    "How to use it",
    run.commands.map(([what, command]) => [element("p", {}, what), element("pre", {tabindex: "0"}, command)]),
  );
}

function settingsThatDiffer(runs) {
  const settings = runs.map((run) => new Map(run.settings));
  const names = [...new Set(runs.flatMap((run) => run.settings.map(([name]) => name)))];
  const differ = names.filter((name) => new Set(settings.map((one) => one.get(name))).size > 1);
  section(
    "Settings that differ",
    differ.length === 0
      ? element("p", {}, "None.")
      : scrolling(
          table(
            ["setting", ...runs.map((run) => run.name)],
            differ.map((name) => [name, ...settings.map((one) => one.get(name) ?? "\u2013")]),
          ),
          "settings that differ",
        ),
  );
}

function compare(runs) {
  content.append(element("h1", {}, runs.length + " runs compared"));
  const metric = metricOf(runs.find((run) => run.epochs.length > 0) || runs[0]);
  const parts = [...new Set(runs.map((run) => run.measured_part))];
  const part = parts.join(" or "); // validation, but for runs that held nothing out
  section(
    "Results",
    scrolling(
      table(
        [
          "run",
          part + " " + metricName(metric),
          part + " loss",
          "epoch chosen",
          "time",
          "parameters",
          "status",
        ],
        runs.map((run) => {
          const epoch = kept(run) || {};
          return [
            run.name,
            epoch["valid_" + metric],
            epoch.valid_loss,
            run.best_epoch,
            duration(column(run, "seconds").reduce((sum, one) => sum + one, 0)),
            run.parameters,
            run.status,
          ];
        }),
      ),
      "results",
    ),
  );
  const longest = Math.max(...runs.map((run) => run.epochs.length));
  const x = Array.from({length: longest}, (_, i) => i + 1);
  const overlay = (title, key) =>
    chartFigure({
      title,
      x,
      xTitle: "epoch",
      wide: true,
      series: runs.map((run) => ({
        name: run.name,
        values: x.map((_, i) => (run.epochs[i] || {})[key] ?? null),
      })),
    });
  section(
    "Training",
    element(
      "div",
      {class: "charts"},
      overlay("Loss, " + part, "valid_loss"),
      metric ? overlay(metricTitle(metric) + ", " + part, "valid_" + metric) : null,
      overlay("Loss, training", "train_loss"),
    ),
  );
  settingsThatDiffer(runs);
}

content.replaceChildren();
if (report.runs.length > 1) {
  document.title = report.runs.length + " runs \u00b7 mnemo";
  compare(report.runs);
} else {
  const run = report.runs[0],
    answers = {
      classes: classAnswers,
      labels: labelAnswers,
      numbers: numberAnswers,
      forecast: forecastAnswers,
    };
  document.title = run.name + " \u00b7 mnemo";
  heading(run);
  whatAndHow(run);
  trainingCurves(run);
  if (run.evaluation) answers[run.evaluation.kind](run.evaluation, run);
  else if (run.gives_answers)
    section(
      "Answers",
      element("p", {}, "None are kept with this run: they come when a training is finished."),
    );
  diagnosis(run);
  usage(run);
}
