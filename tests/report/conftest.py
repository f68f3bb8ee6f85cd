"""Runs whose reports are looked at in a real browser."""

import csv
import os
import shutil

import pytest
from playwright.sync_api import sync_playwright
from report_support import EVIL, SAMPLE, mnemo

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        missing = f"no browser: none of {', '.join(BROWSERS)} is on the PATH"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """A small run of each task, the texts with markup in them, and two of the first side by side."""
    folder = tmp_path_factory.mktemp("runs")
    with open(SAMPLE / "reviews_train.csv", newline="", encoding="utf-8") as file:
        reviews = list(csv.DictReader(file))
    with open(folder / "reviews.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["label", "text"])
        writer.writeheader()
        for i, row in enumerate(reviews):
            writer.writerow({"label": row["label"], "text": f"{EVIL} {row['text']}" if i % 3 == 2 else row["text"]})
    common = ("--quiet", "--threads", "1", "--cache-dir", folder / "cache")
    small = ("--train", folder / "reviews.csv", "--epochs", "3", "--hidden-size", "16", "--vocab-size", "600")
    mnemo("train", "text", *small, "--diagnose", "--out", folder / "text", *common)
    mnemo("train", "text", *small, "--seed", "2", "--ngrams", "1", "--out", folder / "other", *common)
    mnemo("train", "series", "--train", SAMPLE / "motions_train.ts", "--hidden-sizes", "8", "--epochs", "4",
          "--out", folder / "series", *common[:3])
    mnemo("train", "forecast", "--train", SAMPLE / "airline_passengers.csv", "--split-rows", "96,24,24",
          "--lookback", "24", "--horizon", "6", "--hidden-size", "16", "--epochs", "4",
          "--quantiles", "0.1,0.5,0.9", "--out", folder / "forecast", *common[:3])
    sold = ["shop,day,sold"]
    for place, shop in enumerate(("north", "east", "south", "west"), 1):
        for day in range(90):
            noise = (day * 37 % 11) * place
            sold.append(f"{shop},2024-{1 + day // 28:02}-{1 + day % 28:02},{10 * 3**place + day % 7 + noise}")
    (folder / "shops.csv").write_text("\n".join(sold) + "\n")
    mnemo("train", "forecast", "--train", folder / "shops.csv", "--series-column", "shop", "--time-column", "none",
          "--target", "sold", "--season", "7", "--lookback", "14", "--horizon", "2", "--segment", "7",
          "--hidden-size", "8", "--epochs", "2", "--out", folder / "shops", *common[:3])
    numbers = ["id,x,y,level,slope"]
    for i in range(40):
        for step in range(6):
            numbers.append(f"s{i},{i % 7 + step * 0.1},{step * (i % 3)},{i % 7},{(i % 3) * 100}")
    (folder / "numbers.csv").write_text("\n".join(numbers) + "\n")
    mnemo("train", "series", "--train", folder / "numbers.csv", "--target-kind", "number", "--label-column",
          "level,slope", "--hidden-sizes", "8", "--epochs", "4", "--out", folder / "numbers", *common[:3])
    mnemo("pretrain", "text", "--data", folder / "reviews.csv", "--epochs", "2", "--hidden-size", "8",
          "--embedding-dim", "8", "--vocab-size", "600", "--softmax-draws", "50", "--out", folder / "start", *common)
    mnemo("report", folder / "text", folder / "other", "--out", folder / "compared.html")
    return folder
