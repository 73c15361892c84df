"""Whatever stands in the files of runs, exports and studies, a command answers in a sentence.

The suite tries each command on each file a few times, the script thousands:
`python tests/services/runs/test_mutated_runs.py --count 3000 --seed 1`.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tdcli.cli.app import main
from tdcli.formats.core.base import METADATA

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, 1e300, float("nan"), float("inf"), "", "text", "\x1b[31m", [], ["a"], [[]], {},
    {"a": 1}, [None, 1],
)  # fmt: skip
RAW = (b"", b"{", b"[]", b"null", b"\xff\xfe", b"\0" * 50, b"[" * 50_000, b'{"format": 1}', b'{"a": "\\ud800"}')
SPEC = """architecture: {kind: many-to-one, input: {timesteps: 3, features: 2}, recurrent: {units: 2}, outputs: 1}
data: {source: csv, path: log.csv, features: [v, w], target: v}
split: {validation: 0.2, test: 0.2}
training: {epochs: 2, batch_size: 8}
"""
STUDY = {
    "name": "s", "monitor": "val_loss", "maximize": False, "wanted": 2, "importance": {"training.batch_size": 1.0},
    "trials": [{"number": 0, "state": "trained", "settings": {"training.batch_size": "8"}, "value": 0.5,
                "seconds": 1.0, "epochs": 2, "parameters": 9, "reason": "", "same_as": None}],
}  # fmt: skip
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "runs/{run}/run.json": (
        ("runs", "runs"), ("runs", "show", "{run}"), ("runs", "compare", "{run}", "{run}", "{other}"),
        ("diff", "{run}", "{other}"), ("evaluate", "{run}"), ("predict", "{run}", "--data", "log.csv"),
        ("report", "{run}"), ("report", "several"), ("watch", "{run}"),
        ("train", "spec.yaml", "-q", "--resume", "{run}", "--set", "training.epochs=2"),
        ("train", "spec.yaml", "-q", "--from", "{run}", "--set", "training.epochs=1"),
        ("export", "{run}", "--format", "keras", "-o", "m.keras"),
    ),
    "runs/{run}/metrics.json": (("runs", "runs"), ("runs", "show", "{run}"), ("report", "{run}"), ("watch", "{run}")),
    "runs/{run}/history.csv": (("report", "{run}"), ("watch", "{run}"), ("report", "several")),
    "model.keras": (("evaluate", "model.keras"), ("predict", "model.keras", "--data", "log.csv")),
    "study/study.json": (("report", "study"),),
    "several/summary.json": (("report", "several"),),
}  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*way, key)
        yield from places(each, (*way, key))


def mutated(data: bytes, rng: random.Random, *, is_json: bool) -> bytes:
    """Return a file's text with something changed."""
    kind = rng.choice(("delete", "delete", "type", "type", "type", "type", "bytes", "raw", "cut"))
    if kind == "raw":
        return rng.choice(RAW)
    if kind == "cut":
        return data[: rng.randrange(len(data))]
    if kind == "bytes" or not is_json:
        place = rng.randrange(len(data))
        return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
    values = json.loads(data)
    *way, last = rng.choice(list(places(values)))
    inner = values
    for key in way:
        inner = inner[key]
    if kind == "delete":
        del inner[last]
    else:
        inner[last] = rng.choice(VALUES)
    return json.dumps(values).encode()


def read(path: Path) -> bytes:
    """Return a file's text, of a model that of its metadata."""
    if path.suffix != ".keras":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(METADATA)


def write(path: Path, data: bytes) -> None:
    """Put another text in its place."""
    if path.suffix != ".keras":
        path.write_bytes(data)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in (members | {METADATA: data}).items():
            archive.writestr(name, each)


def prepared(folder: Path) -> tuple[Path, Path]:
    """Train two runs, and put a study and a summary beside them."""
    from tdcli.services.export.export_run import export_run
    from tdcli.services.export.request import ExportRequest
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.train.job import TrainingJob
    from tdcli.services.train.train import train_job

    rows = "\n".join(f"{row % 7},{row % 5}" for row in range(60))
    (folder / "log.csv").write_text(f"v,w\n{rows}\n", encoding="utf-8")
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml")
    run, other = (
        train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", "tdcli train")).run.path for _ in range(2)
    )
    export_run(run, ExportRequest("keras", folder / "model.keras"))
    (folder / "study").mkdir()
    (folder / "study" / "study.json").write_text(json.dumps(STUDY), encoding="utf-8")
    (folder / "several").mkdir()
    results = [
        {"title": each.name, "run": f"../runs/{each.name}", "figures": {"loss": 1.0}, "baseline": {}}
        for each in (run, other)
    ]
    summary = {"name": "s", "command": "c", "results": results}
    (folder / "several" / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return run, other


def campaign(
    count: int, seed: int, folder: Path, answer: Callable[[list[str]], tuple[int, str]]
) -> tuple[Counter[int], list[str]]:
    """Return how often each exit code came, and the answers that are none; `folder` is the working one."""
    run, other = prepared(folder)
    shutil.copytree(folder / "runs", folder / "kept", symlinks=True)
    rng, codes, bad = random.Random(seed), Counter[int](), []
    asked = [(name, command) for name, commands in COMMANDS.items() for command in commands]
    for number in range(count):
        name, command = asked[number % len(asked)]
        path = folder / name.format(run=run.name)
        before = read(path)
        after = mutated(before, rng, is_json=path.suffix != ".csv")
        write(path, after)
        words = [each.format(run=f"runs/{run.name}", other=f"runs/{other.name}") for each in command]
        code, said = answer(words)
        codes[code] += 1
        if code not in (0, 2) or "unforeseen" in said or "Traceback" in said:
            bad.append(f"{number}: {words} {path.name} {after[:300]!r}: {code} {said[:500]}")
        write(path, before)
        if words[0] == "train":
            shutil.rmtree(folder / "runs")
            shutil.copytree(folder / "kept", folder / "runs", symlinks=True)
    return codes, bad


@pytest.mark.long
def test_no_value_in_the_files_of_runs_and_studies_is_unforeseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def answer(words: list[str]) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["tdcli", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    codes, bad = campaign(72, 16, tmp_path, answer)
    assert bad == []
    assert set(codes) == {0, 2}


def _answered(words: list[str]) -> tuple[int, str]:
    import contextlib
    import io

    sys.argv = ["tdcli", *words]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, err.getvalue()


if __name__ == "__main__":
    import os

    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        counts, wrong = campaign(arguments.count, arguments.seed, Path(name), _answered)
        os.chdir("/")
    sys.stdout.write("\n".join([*wrong, f"exit codes: {dict(counts)}; {len(wrong)} without a right answer"]) + "\n")
