"""The pages of `mnemo explain --format html` in headless Chromium."""

import pytest
from report_support import EVIL, SAMPLE, mnemo

pytestmark = pytest.mark.xdist_group("report")


@pytest.fixture
def show(browser, tmp_path):
    def open_page(html):
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        page = browser.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        return page

    return open_page


def test_a_text_is_coloured_and_stays_text(show, runs):
    page = show(mnemo("explain", runs / "text", "--text", EVIL, "--format", "html"))
    assert "taken over" not in page.title()
    assert page.locator("img, script").count() == 0
    assert page.locator(".text").inner_text() == EVIL
    colours = {word.evaluate("word => getComputedStyle(word).backgroundColor")
               for word in page.locator(".text .for, .text .against").all()}
    assert len(colours) > 2
    words = page.locator(".text span").all_text_contents()
    assert page.locator("tbody td:first-child").all_text_contents() == words


def test_a_forecast_has_a_cell_for_each_value(show, runs):
    page = show(mnemo("explain", runs / "forecast", "--input", SAMPLE / "airline_passengers.csv", "--format", "html"))
    told = page.locator("tbody tr").all()
    assert page.locator(".grid i").count() == len(told) == 24
    first = told[0].locator("td").nth(1).text_content()
    assert page.locator(".grid i").first.get_attribute("title") == f"1959-01: {first}"
