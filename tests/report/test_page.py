"""A report as a browser parses it."""

import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tdcli.report.charts.evaluation import plot_evaluation
from tdcli.report.charts.style import figure_to_png, figure_to_svg
from tdcli.report.pages.run import render_run_page
from tdcli.report.terminal.evaluation import verdict
from tdcli.report.terminal.plan import plan_rows
from tdcli.services.evaluate.evaluate import evaluate_with_outputs
from tdcli.services.evaluate.open_model import load_held_out_part, open_model
from tdcli.services.runs.report import report_run

KINDS = ("forecast", "labels", "frames")
FIRST = ["Metrics", "The network, unrolled through time", "Learning curves"]
HEADINGS = {
    "forecast": ["Metrics", "rmse by step", *FIRST[1:], "Forecasts and true values", "Residuals"],
    "labels": [*FIRST, "Confusion matrix"],
    "frames": [*FIRST, "Confusion matrix"],
}
REST = ["Worst samples", "Layers", "Settings", "Data", "Environment", "Reproduce this run"]


class Parsed(HTMLParser):
    """What a page holds: its texts by the tag that they stand in, its addresses, ids and tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.ids: Counter[str] = Counter()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attributes)
        self.ids.update([str(found["id"])] if "id" in found else [])
        self.addresses += [str(found[key]) for key in ("src", "href", "xlink:href", "action") if key in found]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.tags[-1], data.strip()))

    def of(self, tag: str) -> list[str]:
        return [text for own, text in self.texts if own == tag]


@pytest.fixture(scope="module")
def pages(trained_runs: dict[str, Path]) -> dict[str, str]:
    return {name: render_run_page(report_run(path)) for name, path in trained_runs.items()}


@pytest.mark.parametrize("name", KINDS)
def test_a_report_shows_all_there_is_to_a_run(name: str, pages: dict[str, str], trained_runs: dict[str, Path]) -> None:
    parsed, run = Parsed(pages[name]), open_model(trained_runs[name])
    some = ["Some samples"] if name == "frames" else []
    assert parsed.of("h2") == [*HEADINGS[name], REST[0], *some, *REST[1:]]
    evaluation = evaluate_with_outputs(run, load_held_out_part(run)).evaluation
    said = next(text for _, text in parsed.texts if "than" in text)
    assert verdict(evaluation.scores).removeprefix("no better").removeprefix("better") in said
    assert f"{evaluation.samples} samples, test set" in said
    texts = [text for _, text in parsed.texts]
    assert {cell for row in plan_rows(run.compiled.plan) for cell in row if cell} <= set(texts)
    assert any(run.record["versions"]["keras"] in text for text in texts)


@pytest.mark.parametrize("name", KINDS)
def test_a_report_needs_nothing_beside_itself(name: str, pages: dict[str, str]) -> None:
    parsed = Parsed(pages[name])
    assert [each[:40] for each in parsed.addresses if not each.startswith(("data:", "#"))] == []
    assert "script" not in parsed.tags
    assert [each for each, count in parsed.ids.items() if count > 1] == []


@pytest.mark.parametrize(("name", "counted"), [("labels", "timesteps"), ("frames", "samples")])
def test_a_confusion_matrix_names_what_it_counts(name: str, counted: str, pages: dict[str, str]) -> None:
    said = [" ".join(text.split()) for text in Parsed(pages[name]).of("p")]
    assert any(text.startswith(f"The numbers of {counted}, with the true class by row") for text in said)


def test_frames_are_shown_with_what_was_predicted_for_them(pages: dict[str, str]) -> None:
    parsed = Parsed(pages["frames"])
    assert parsed.tags.count("img") == (5 + 2) * 5  # five worst samples and one of each class, five steps each


def test_names_are_texts_whatever_they_hold(pages: dict[str, str]) -> None:
    parsed = Parsed(pages["forecast"])
    assert "</text><script>alert(1)</script> & $x_1$" in parsed.of("td")  # beside its curve
    assert "<run>" in Parsed(pages["labels"]).of("th")


def test_without_its_data_a_run_is_shown_but_not_judged(trained_runs: dict[str, Path], tmp_path: Path) -> None:
    run = shutil.copytree(trained_runs["forecast"], tmp_path / "run")
    spec = run / "spec.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("log.csv", "gone.csv"), encoding="utf-8")
    parsed = Parsed(render_run_page(report_run(run)))
    assert parsed.of("h2") == [*FIRST[1:], *REST[1:]]
    assert any(text.startswith("The model cannot be evaluated here") for text in parsed.of("p"))


@pytest.mark.parametrize("name", KINDS)
def test_an_evaluation_is_drawn_as_svg_and_png(name: str, trained_runs: dict[str, Path]) -> None:
    run = open_model(trained_runs[name])
    answers = evaluate_with_outputs(run, load_held_out_part(run))
    svg = ET.fromstring(figure_to_svg(plot_evaluation(answers)))
    texts = {each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")}
    best = {each.best_baseline for each in answers.evaluation.scores.by_target().values()}
    assert {"truth", "model", *best} <= texts if name == "forecast" else {"true", "predicted"} <= texts
    assert figure_to_png(plot_evaluation(answers)).startswith(b"\x89PNG")
