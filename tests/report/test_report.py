"""The report page in headless Chromium: it opens, draws, tells its values, and shows text as text."""

import json

import pytest
from report_support import EVIL, mnemo

pytestmark = pytest.mark.xdist_group("report")  # one worker trains the runs

PAGES = [f"{run}/report.html" for run in ("text", "series", "forecast", "shops", "numbers", "start")] + ["compared.html"]


@pytest.fixture
def visit(browser, runs):
    """visit(page, **context options) -> the open page; at the end it must not have complained."""
    complaints, contexts = [], []

    def open_page(name, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(("file:", "data:"))
                else complaints.append(f"asks for {request.url}"))
        page.goto((runs / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def charts_of(page):
    return page.evaluate("""() => charts.map(({chart, title}) => ({title, labels: chart.data.labels,
        series: chart.data.datasets.map((one) => ({label: one.label, data: one.data}))}))""")


def is_drawn(page, index):
    """Whether a chart's canvas holds more than one colour."""
    return page.evaluate("""(index) => {
        const canvas = document.querySelectorAll("canvas")[index];
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size > 3;
    }""", index)


@pytest.mark.parametrize("name", PAGES)
def test_opens_and_draws_every_chart(visit, name):
    page = visit(name)
    charts = charts_of(page)
    assert len(charts) >= 3
    assert "[object" not in page.locator("body").inner_text()
    assert page.locator("canvas").count() == len(charts)
    for index in range(len(charts)):
        assert is_drawn(page, index), charts[index]["title"]


@pytest.mark.parametrize("name", PAGES)
def test_tables_hold_what_charts_show(visit, name):
    page = visit(name)
    charts = charts_of(page)
    tables = page.evaluate("""() => [...document.querySelectorAll("figure canvas")].map((canvas) =>
        [...canvas.closest("figure").querySelectorAll("tbody tr")].map((row) =>
            [...row.cells].map((cell) => cell.textContent)))""")
    shown = page.evaluate("""() => charts.map(({chart}) => chart.data.labels.map((label, i) =>
        [label, ...chart.data.datasets.map((one) => one.data[i])].map((value) => number(value))))""")
    assert len(tables) == len(charts)
    assert tables == shown


def test_curves_are_those_of_the_run(visit, runs):
    page = visit("text/report.html")
    epochs = [json.loads(line) for line in (runs / "text/metrics.jsonl").read_text().splitlines()]
    loss = next(chart for chart in charts_of(page) if chart["title"] == "Loss")
    assert loss["labels"] == [epoch["epoch"] for epoch in epochs]
    assert loss["series"][0]["data"] == pytest.approx([epoch["train_loss"] for epoch in epochs])
    assert loss["series"][1]["data"] == pytest.approx([epoch["valid_loss"] for epoch in epochs])
    best = json.loads((runs / "text/meta.json").read_text())["result"]["best_epoch"]
    assert page.evaluate("charts[0].chart.options.plugins.chosen.index") == best - 1


def test_hover_and_arrow_keys_tell_the_value(visit):
    page = visit("text/report.html")
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("charts[0].chart.tooltip.opacity > 0")
    shown = page.evaluate("charts[0].chart.tooltip.body.map((part) => part.lines.join()).join()")
    middle = page.evaluate("number(charts[0].chart.data.datasets[0].data[1])")
    assert f"training: {middle}" in shown
    page.mouse.move(0, 0)
    canvas.focus()
    page.keyboard.press("End")
    last = page.evaluate("number(charts[0].chart.data.datasets[1].data.at(-1))")
    assert f"validation {last}" in page.locator(".live").first.text_content()


def test_text_of_the_data_stays_text(visit, runs):
    page = visit("text/report.html")
    assert "taken over" not in page.title()
    assert page.locator("img").count() == 0
    mistakes = json.loads((runs / "text/evaluation.json").read_text())["mistakes"]
    assert any(EVIL in mistake["text"] for mistake in mistakes), "or this test shows nothing"
    told = page.locator("table.mistakes td.text").all_text_contents()
    assert told == [mistake["text"] for mistake in mistakes]


def test_diagnosis_shows_how_far_the_gradient_reaches(visit):
    page = visit("text/report.html")
    titles = [chart["title"] for chart in charts_of(page)]
    assert any(title.startswith("Gradient by distance") for title in titles), titles


def test_each_target_has_its_own_chart(visit):
    page = visit("numbers/report.html")
    by_title = {chart["title"]: chart for chart in charts_of(page)}
    slope = by_title["Actual against predicted: slope"]
    assert {round(actual) for actual in slope["labels"]} <= {0, 100, 200}
    assert max(by_title["Actual against predicted: level"]["labels"]) < 6.1


def test_paper_is_white_on_a_dark_screen(visit):
    page = visit("text/report.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper, ticks = page.evaluate("""() => [getComputedStyle(document.body).backgroundColor,
        charts[0].chart.options.scales.x.ticks.color]""")
    assert paper == "rgb(255, 255, 255)"
    assert ticks == "#5b5d6b"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("charts[0].chart.options.scales.x.ticks.color") == "#a5a8b8"


def test_confusion_matrix_counts_the_answers(visit, runs):
    page = visit("text/report.html")
    counts = json.loads((runs / "text/evaluation.json").read_text())["confusion"]
    cells = page.locator("table.confusion td").all_text_contents()
    assert cells == [str(count) for row in counts for count in row]


def test_forecasts_stand_beside_what_came(visit, runs):
    page = visit("forecast/report.html")
    span = next(chart for chart in charts_of(page) if chart["title"] == "passengers")
    told = mnemo("predict", runs / "forecast", "--input",
                 json.loads((runs / "forecast/meta.json").read_text())["data"]["train_file"], "--rolling")
    rows = [line.split(",") for line in told.splitlines()[1:]]
    assert span["labels"] == [row[1] for row in rows]
    by_name = {one["label"]: one["data"] for one in span["series"]}
    assert by_name["predicted"] == pytest.approx([float(row[4]) for row in rows], rel=1e-4)
    assert by_name["quantile 0.1"] == pytest.approx([float(row[3]) for row in rows], rel=1e-4)
    assert by_name["actual"] == pytest.approx([float(row[6]) for row in rows], rel=1e-4)


def test_each_series_has_a_chart_the_worst_and_the_best_first(visit, runs):
    page = visit("shops/report.html")
    metrics = json.loads((runs / "shops/evaluation.json").read_text())["metrics"]
    mase = {one["series"]: one["model"]["mase"] for one in metrics["by_series"]}
    choice = page.get_by_role("combobox", name="chart")
    names = [option.split(":")[0] for option in choice.locator("option").all_text_contents()]
    assert set(names) == set(mase) and len(mase) == 4
    assert [mase[name] for name in names[:2]] == [max(mase.values()), min(mase.values())]
    assert any(chart["title"] == f"{names[0]}: sold" for chart in charts_of(page))
    choice.select_option("1")
    assert any(chart["title"] == f"{names[1]}: sold" for chart in charts_of(page))
    rows = page.get_by_role("region", name="errors", exact=True).locator("tbody tr")
    owa = {row.locator("td").first.text_content(): row.locator("td").nth(6).text_content() for row in rows.all()}
    assert owa["Naive2"] == "1" and {"model", "naive", "seasonal naive (7)"} <= set(owa)


def test_ngrams_that_joined_count_in_the_figures(visit, runs):
    result = json.loads((runs / "other" / "meta.json").read_text())["result"]
    alone = result["ngrams"]["recurrent_valid_loss"]
    assert abs(result["valid_loss"] - alone) > 0.01
    for page in ("other/report.html", "compared.html"):
        shown = visit(page).evaluate("report.runs.map((run) => kept(run).valid_loss)")
        assert shown[-1] == result["valid_loss"]
    cards = visit("other/report.html").locator(".cards").inner_text()
    assert f"{result['valid_loss']:.4g}" in cards and f"{alone:.4g}" not in cards
    assert "n-grams beside the layers" in visit("other/report.html").locator("body").inner_text()


def test_two_runs_are_compared(visit):
    page = visit("compared.html")
    assert "2 runs compared" in page.locator("h1").text_content()
    differ = page.locator("section", has=page.get_by_role("heading", name="Settings that differ"))
    assert differ.locator("tbody tr td:first-child").all_text_contents() == ["ngrams", "seed", "diagnose"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_fits_the_screen_and_can_be_read(visit, name, width, scheme):
    page = visit(name, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    ink, paper = page.evaluate("""() => { const style = getComputedStyle(document.body);
        return [style.color, style.backgroundColor].map((text) => text.match(/\\d+/g).map(Number)); }""")
    assert (sum(ink) < sum(paper)) == (scheme == "light")


def test_every_canvas_and_region_has_a_name(visit):
    page = visit("text/report.html")
    unnamed = page.evaluate("""() => [...document.querySelectorAll("canvas, [role=region], select")]
        .filter((one) => !one.getAttribute("aria-label")).length""")
    assert unnamed == 0
