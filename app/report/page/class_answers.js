// The model's labels of samples whose labels are known.
"use strict";

function confusionTable(labels, counts) {
  const heat = (count, total) =>
    "background: rgb(var(--heat) / " + (total ? (0.6 * count) / total : 0).toFixed(3) + ")";
  return element(
    "table",
    {class: "confusion"},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", {scope: "col"}, "true \\ answer"),
        labels.map((label) => element("th", {scope: "col"}, label)),
      ),
    ),
    element(
      "tbody",
      {},
      counts.map((row, i) => {
        const total = row.reduce((sum, one) => sum + one, 0);
        return element(
          "tr",
          {},
          element("th", {scope: "row"}, labels[i]),
          row.map((count) =>
            element(
              "td",
              {
                "data-share": total ? count / total : 0,
                style: heat(count, total),
                title: total ? percent(count / total) + " of " + labels[i] : "",
              },
              number(count),
            ),
          ),
        );
      }),
    ),
  );
}

// Recall from 0 to 1 in hundredths, so that all labels share the axis.
function curvesFigure(curves) {
  return chartFigure({
    title: "Precision and recall",
    x: curves[0].recall,
    linearX: true,
    xTitle: "recall",
    yTitle: "precision",
    yRange: {min: 0, max: 1},
    series: curves.map((curve) => ({
      name: curve.label + " (AP " + number(curve.average_precision, 3) + ")",
      values: curve.precision,
      points: 0,
    })),
    note: "Of each label against all others; AP: average precision.",
  });
}

function labelAnswers(evaluation) {
  section(
    "Answers on the " + evaluation.part,
    element(
      "p",
      {},
      number(evaluation.n) +
        " samples" +
        sampled(evaluation) +
        ": micro F1 " +
        number(evaluation.micro_f1) +
        ", macro F1 " +
        number(evaluation.macro_f1) +
        ", all labels right " +
        number(evaluation.accuracy) +
        ", wrong labels " +
        number(evaluation.hamming_loss) +
        " (Hamming loss).",
    ),
    scrolling(
      table(
        ["label", "precision", "recall", "F1", "samples", "threshold"],
        evaluation.classes.map((one) => [
          one.label,
          one.precision,
          one.recall,
          one.f1,
          one.support,
          one.threshold,
        ]),
      ),
      "figures of each label",
    ),
    evaluation.curves.length
      ? element("div", {class: "charts", style: "margin-top: 1rem"}, curvesFigure(evaluation.curves))
      : null,
  );
}

function confusionFigure(labels, counts) {
  return element(
    "figure",
    {},
    element("h3", {}, "Confusion matrix"),
    scrolling(confusionTable(labels, counts), "confusion matrix"),
    element("figcaption", {}, "Rows: the true label. The darker, the larger the share of its row."),
  );
}

// How far a probability can be taken for what it says.
function reliabilityFigure(evaluation) {
  const {reliability} = evaluation;
  return chartFigure({
    title: "Reliability",
    x: reliability.map((bin) => bin.confidence),
    linearX: true,
    xTitle: "probability that the model gives its answer",
    yTitle: "share that is right",
    xRange: {min: 0, max: 1},
    yRange: {min: 0, max: 1},
    series: [
      {name: "answers", values: reliability.map((bin) => bin.accuracy), points: 4},
      {
        name: "perfect",
        values: reliability.map((bin) => bin.confidence),
        thin: true,
        dash: [4, 4],
        points: 0,
        colour: 7,
      },
      {
        name: "share of all answers",
        values: reliability.map((bin) => bin.count / evaluation.n),
        thin: true,
        points: 2,
        colour: 5,
      },
    ],
    note:
      "Expected calibration error " +
      number(evaluation.calibration_error) +
      ": how far, on average, the share that is right lies from the probability.",
  });
}

function confidentMistakes(mistakes) {
  if (mistakes.length === 0) return;
  const rows = mistakes.map((one) =>
    element(
      "tr",
      {},
      element("td", {}, one.label),
      element("td", {}, one.answer),
      element("td", {class: "n"}, number(one.probability)),
      element("td", {class: "text"}, one.text),
    ),
  );
  section(
    "Most confident mistakes",
    scrolling(
      element(
        "table",
        {class: "mistakes"},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            ["true", "answer", "probability", "sample"].map((head) => element("th", {scope: "col"}, head)),
          ),
        ),
        element("tbody", {}, rows),
      ),
      "most confident mistakes",
    ),
  );
}

function classAnswers(evaluation) {
  const figures = [curvesFigure(evaluation.curves), reliabilityFigure(evaluation)];
  if (evaluation.confusion) figures.unshift(confusionFigure(evaluation.labels, evaluation.confusion));
  section(
    "Answers on the " + evaluation.part,
    element(
      "p",
      {},
      number(evaluation.n) +
        " samples" +
        sampled(evaluation) +
        ": accuracy " +
        number(evaluation.accuracy) +
        " (95% interval " +
        number(evaluation.accuracy_interval[0]) +
        " to " +
        number(evaluation.accuracy_interval[1]) +
        "), macro F1 " +
        number(evaluation.macro_f1) +
        ".",
    ),
    scrolling(
      table(
        ["label", "precision", "recall", "F1", "samples"],
        evaluation.classes.map((one) => [one.label, one.precision, one.recall, one.f1, one.support]),
      ),
      "figures of each label",
    ),
    element("div", {class: "charts", style: "margin-top: 1rem"}, figures),
  );
  confidentMistakes(evaluation.mistakes);
}
