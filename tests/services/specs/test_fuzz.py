"""Whatever a spec holds, it holds together or is refused in words; nothing else happens.

`python tests/services/specs/test_fuzz.py --count 10000` tries as many mutated specs and prints what each of them broke.
"""

import argparse
import contextlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

import tdcli
from tdcli.cli.app import main
from tdcli.cli.console import MOST_PRINTED
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import read_document

SPECS = Path(__file__).parents[3] / "specs"


def _tree(text: str) -> Any:
    """Return what a sound YAML text holds."""
    with contextlib.suppress(yaml.YAMLError):
        return yaml.safe_load(text)
    return None


def _finds_its_data(text: str) -> bool:
    """Say whether a spec's data are made or among those of the specs that are shipped."""
    return "data:" not in text or "data/" in text or "synthetic" in text


LESSONS = Path(tdcli.__path__[0]) / "lessons"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.yaml"))]
PAGES = [path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("*.md"))]
TEXTS += [text for page in PAGES for text in re.findall(r"```yaml\n(architecture:.*?)```", page, re.DOTALL)]
TEXTS = [text for text in TEXTS if isinstance(_tree(text), dict) and _finds_its_data(text)]
TREES = [yaml.safe_load(text) for text in TEXTS]
LINES = sorted({line for text in TEXTS for line in text.splitlines()})
SECONDS = 2.0

SYNTAX = [
    "!!python/object/apply:os.system [touch executed]", "!!python/name:os.system", "!!binary aGk=", "!!set {a}",
    "!!float 3", "!!str 3", "! 3", "&a [*a, *a]", "*a", "&a a", "<<: *a", "<<: {kind: layers}",
    "<<: [{a: 1}, {b: 2}]", "? [a, b]\n: 1", "? \n", "---\n", "...\n", "--- \na: 1", "%YAML 1.1\n", "%TAG ! x", "\t",
    "\r", "\r\n", "\0", "\ufeff", "\u2028", "\x85", "\x0c", "\x1b[31m", "\u202e", "\ud7ff", "\ud800", "\U0001f600",
    "\uff1a", "\u00a0", "\u200b", "'", '"\\x', '"\\ud800"', '"\\U00110000"', "#", " #", ": ", "- ", "- - - ", ":",
    ",", "]", "}", "[", "{", "|-\n", ">+2\n", "@", "`", "%", "=", "~", "&", "*", "!", "[" * 60, "{a: " * 50 + "1",
    "9" * 5000,
]  # fmt: skip

NUMBERS = [
    -1, 0, 1, 2, 3, 7, 10**6, 10**9, 2**31, 2**63, 10**30, 10**100, -(10**18), 0.5, 1.5, -0.5, 1e-320, 1e308, 3.0, -0.0,
    float("nan"), float("inf"), float("-inf"),
]  # fmt: skip
WORDS = [
    "", " ", "None", "True", "null", "~", "0,5", "1e-3", "20%", "1_000", "(3, 3)", "[3, 3]", "same", "relu", "LSTM",
    "lstm", "L\u0405TM", "Dense", "x" * 300, "a.b", "=1+1",
    "\u0663", "a\nb", "\ud55c\uad6d\uc5b4", "*", "{}", "2018-06-17", "12:30",
]  # fmt: skip
OTHERS = [
    None, True, False, [], {}, [[]], [None], [None, 3], [3], [3, 3], [1, 2, 3, 4], [10**9, 10**9], {"a": 1}, "Flatten",
    ["Flatten"], {"LSTM": {"units": 2}}, {"Residual": ["Flatten"]}, {"TimeDistributed": "Flatten"}, {1: 2}, {None: 1},
    {"Bidirectional": {"LSTM": 3}}, {"name": "adam"}, {"low": 1, "high": 2}, {True: False},
]  # fmt: skip
VALUES: list[Any] = [*NUMBERS, *WORDS, *OTHERS]
PATHS = [
    "", ".", "..", "/", "~", "data", "spec.yaml", "none.csv", "data/*.csv", "data/**/*", "[", "/dev/null", "a\0b",
    "x" * 5000,
    "http://localhost/x.csv", "\ud55c.csv", "data/pollution.csv/x", "empty.csv", "empty.npy", "empty.npz", "empty.h5",
    "a.npz/", "x.parquet",
]  # fmt: skip
KEYS: list[Any] = [
    1, 1.5, None, True, "", " ", "<<", "units ", "Units", "un\u0131ts", "epoch", "x" * 200, "a.b", "kind", "name",
    "trainable",
]  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What is tried: the bytes of a spec, and settings beside it."""

    spec: bytes
    settings: tuple[str, ...] = ()


def ways(tree: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [way, *(inner for key, each in items for inner in ways(each, (*way, key)))]


def at(tree: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        tree = tree[key]
    return tree


def changed(tree: Any, way: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """Return the tree with another value in one place."""
    if not way:
        return change(tree)
    if isinstance(tree, dict):
        return {key: changed(each, way[1:], change) if key == way[0] else each for key, each in tree.items()}
    return [changed(each, way[1:], change) if place == way[0] else each for place, each in enumerate(tree)]


def value(tree: Any, rng: random.Random) -> Any:
    return changed(tree, rng.choice(ways(tree)[1:] or [()]), lambda _: rng.choice(VALUES))


def mild(tree: Any, rng: random.Random) -> Any:
    """Change a number or a word to what might be meant."""
    leaves = [way for way in ways(tree)[1:] if not isinstance(at(tree, way), dict | list)]
    way = rng.choice(leaves or [()])
    alike = [at(other, each) for other in TREES for each in ways(other)[1:] if each[-1:] == way[-1:]]
    return changed(tree, way, lambda _: rng.choice([1, 2, 3, 5, 8, 0.5, None, "same", *alike]))


def key(tree: Any, rng: random.Random) -> Any:
    """Rename a key, or add one that is known elsewhere."""
    way = rng.choice([each for each in ways(tree) if isinstance(at(tree, each), dict)] or [()])
    known = [each[-1] for other in TREES for each in ways(other)[1:]]
    new = rng.choice(rng.choice([KEYS, known]))
    if not isinstance(at(tree, way), dict) or rng.random() < 0.5:
        return changed(tree, way, lambda old: {**(old if isinstance(old, dict) else {}), new: rng.choice(VALUES)})
    old_key = rng.choice([*at(tree, way), None])
    return changed(tree, way, lambda old: {new if each == old_key else each: inner for each, inner in old.items()})


def unwrapped(tree: Any) -> Any:
    """Return the first value within."""
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return next(iter(inner), tree)


def structure(tree: Any, rng: random.Random) -> Any:
    """Wrap, unwrap, repeat, empty, move or exchange a part."""
    other = rng.choice([tree, rng.choice(TREES)])
    part = at(other, rng.choice(ways(other)))
    changes: list[Callable[[Any], Any]] = [
        lambda old: [old],
        lambda old: {rng.choice(["LSTM", "layers", "TimeDistributed", "Residual", "a"]): old},
        unwrapped,
        lambda old: [old] * rng.choice([2, 50]),
        lambda old: old * 2 if isinstance(old, list) else str(old),
        lambda old: type(old)() if old is not None else 0,
        lambda old: old[::-1] if isinstance(old, list) else list(old.items()) if isinstance(old, dict) else part,
        lambda _: part,
    ]  # fmt: skip
    return changed(tree, rng.choice(ways(tree)[1:] or [()]), rng.choice(changes))


def data(tree: Any, rng: random.Random) -> Any:
    """Point to other files, columns and kinds of data."""
    if not isinstance(tree, dict):
        return tree
    old = tree.get("data") if isinstance(tree.get("data"), dict) else rng.choice(TREES).get("data", {})
    name = rng.choice(["path", "path", "x", "y", "test", "validation", "source", "time", "target", "features", "group"])
    name = rng.choice([name, "lengths", "sample_weight", "encode", "classes", "layout", "sequence", "header"])
    choices = [
        PATHS,
        VALUES,
        ["csv", "npy", "parquet", "frames", "synthetic"],
        ["pm2.5", ["DEWP"], "none", ["pm2.5", "pm2.5"]],
    ]
    new = rng.choice(rng.choice(choices[:2] if name in ("path", "x", "y", "test") else choices))
    return {**tree, "data": {**(old or {}), name: new}}


TREE_CHANGES = (mild, mild, mild, value, key, structure, data)


def lines(text: str, rng: random.Random) -> str:
    """Delete, copy, move or indent lines, and put characters of YAML's syntax anywhere."""
    rows = text.splitlines() or [""]
    place, other = rng.randrange(len(rows)), rng.randrange(len(rows))
    column = rng.randint(0, len(rows[place]))
    row, change = rows[place], rng.randrange(8)
    if change == 0:
        del rows[place]
    elif change == 1:
        rows.insert(place, rng.choice(LINES))
    elif change == 2:
        rows[place] = " " * rng.randrange(10) + row.lstrip()
    elif change == 3:
        rows[place] = row[:column] + row[column + rng.randint(1, 9) :]
    elif change == 4:
        rows[place], rows[other] = rows[other], row
    else:
        rows[place] = row[:column] + rng.choice(SYNTAX) + row[column + rng.randrange(2) :]
    return rng.choice(["\n", "\n", "\n", "\r\n", "\r"]).join(rows)


def wrapped(text: str, rng: random.Random) -> str:
    """Put the whole text into another document, or repeat what it begins with."""
    inner = "\n".join("  " + row for row in text.splitlines())
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{'*a' + str(n - 1) + ', '}*a{n - 1}]\n" for n in range(1, 30)
    )
    forms = [
        f"---\n{text}\n---\n{text}",
        f"%YAML 1.2\n---\n{text}...\n",
        f"a: &a\n{inner}\n<<: *a\n",
        f"<<:\n{inner}\n",
        bomb + text,
    ]
    forms += [
        f"{text}\n{text}",
        f"- {text}",
        f"spec:\n{inner}\n",
        f'"{text}"',
        f"|\n{inner}",
        text * 30,
        "",
        "\n\n",
        "# \n",
        "null",
        "[]",
        "3",
    ]
    return rng.choice(
        [
            *forms,
            f"\ufeff{text}",
            text.replace("  ", "\t"),
            text.replace(":", " :"),
            text.replace("- ", "-"),
            text.upper(),
        ]
    )


def raw(spec: bytes, rng: random.Random) -> bytes:
    """Flip, cut and recode bytes."""
    text, place = spec.decode("utf-8", "replace"), rng.randrange(len(spec) + 1)
    recoded = [
        text.encode(name, "replace") for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1")
    ]
    return rng.choice(
        [
            *recoded,
            spec[:place],
            spec[:place] + bytes([rng.randrange(256)]) + spec[place + 1 :],
            spec + b"\0",
            b"\xff" + spec,
        ]
    )


def dumped(tree: Any, rng: random.Random) -> str:
    return str(
        yaml.safe_dump(
            tree, sort_keys=False, allow_unicode=rng.random() < 0.5, default_flow_style=rng.choice([None, False, True])
        )
    )


def setting(tree: Any, rng: random.Random) -> str:
    """Return an odd `key=value`."""
    way = ".".join(map(str, rng.choice(ways(tree)))) + rng.choice(["", "", ".a", ".0", "..b", "."])
    found = rng.choice([str(rng.choice(VALUES)), rng.choice(SYNTAX), "0,5", "'a", "[1, 2", "{a: 1}", ""])
    return way + rng.choice(["=", "=", "=", "==", " = ", ""]) + found


def trial(seed: int) -> Trial:
    """Return the specs that a number stands for."""
    rng = random.Random(seed)
    kind, place = seed % 11, rng.randrange(len(TEXTS))
    text, tree = TEXTS[place], TREES[place]
    if kind < 7:
        for _ in range(1 if kind < 3 else rng.randint(1, 3)):
            tree = rng.choice([TREE_CHANGES[kind], TREE_CHANGES[kind], rng.choice(TREE_CHANGES)])(tree, rng)
        return Trial(dumped(tree, rng).encode("utf-8", "surrogatepass"))
    if kind == 7:
        return Trial(text.encode(), tuple(setting(tree, rng) for _ in range(rng.randint(1, 2))))
    for _ in range(rng.randint(1, 3) if kind == 8 else 0):
        text = lines(text, rng)
    spec = (wrapped(text, rng) if kind == 9 else text).encode("utf-8", "surrogatepass")
    return Trial(raw(spec, rng) if kind == 10 else spec)


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def as_it_must(self) -> bool:
        return self.status in (0, 2) and "unforeseen" not in self.err and "Traceback" not in self.err


@dataclass
class Bench:
    """A folder in which trials are run, and what each costs."""

    folder: Path
    seconds: Counter[int] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        (self.folder / "data").symlink_to(SPECS / "data")
        for name in ("empty.csv", "empty.npy", "empty.npz", "empty.h5"):
            (self.folder / name).touch()

    def run(self, *command: str) -> Ended:
        """Run a command here."""
        sys.argv, status, out, err = ["tdcli", *command], 0, io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                status = int(ended.code or 0)
        return Ended(status, out.getvalue(), err.getvalue())

    def broken(self, seed: int) -> Iterator[str]:
        """Yield what a trial breaks."""
        tried = trial(seed)
        spec = self.folder / "spec.yaml"
        spec.write_bytes(tried.spec)
        settings = [each for setting in tried.settings for each in ("--set", setting)]
        begun = time.process_time()
        ended = self.run("check", "spec.yaml", *settings)
        self.seconds[seed] = int(1000 * (time.process_time() - begun))
        if not ended.as_it_must:
            yield f"ends with {ended.status}: {ended.err[:400]}"
            return
        if ended != self.run("check", "spec.yaml", *settings):
            yield "says something else the second time"
        annotated = self.run("check", "spec.yaml", *settings, "--format", "json")
        if annotated.status != ended.status:
            yield f"ends with {annotated.status} as JSON, with {ended.status} as text"
        told = json.loads(annotated.out)
        self.told.update({each["name"] for each in told if each["severity"] == "error"} or {"nothing"})
        yield from self.misplaced(told, len(tried.spec.decode("utf-8", "replace").splitlines()))
        yield from self.misprinted(ended.out + ended.err, told)
        if ended.status == 0:
            yield from self.uncounted(settings)
        if any(each["fix"] for each in told):
            yield from self.unmended(spec)

    def misplaced(self, told: list[dict[str, Any]], most: int) -> Iterator[str]:
        """Yield which messages are empty, or point to no line of the spec."""
        for each in told:
            place = each["place"]
            if not each["message"]:
                yield f"{each['name']} has no message"
            if place and place["file"] == "spec.yaml" and not 1 <= place["line"] <= most + 1:
                yield f"{each['name']} points to line {place['line']} of {most}"

    def misprinted(self, printed: str, told: list[dict[str, Any]]) -> Iterator[str]:
        """Yield which characters of what is printed steer a terminal, and whether a message breaks over lines."""
        steering = {char for char in set(printed) - {"\n"} if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
        steering |= set(printed) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        if steering:
            yield f"prints {steering} as they are"
        headed = sum(bool(re.match(r"(error|warning)\[[a-z0-9-]+\]: \S", line)) for line in printed.split("\n"))
        if headed != min(len(told), MOST_PRINTED):
            yield f"prints {headed} heads of {len(told)} messages"

    def uncounted(self, settings: list[str]) -> Iterator[str]:
        """Yield what is wrong with the summary of a spec that was accepted."""
        ended = self.run("summary", "spec.yaml", *settings, "--format", "json")
        if ended.status:
            yield f"check accepts what summary refuses: {ended.err[:400]}"
            return
        for command in (("check", "--filled"), ("expand",)):
            yield from self.unstable(*command, *settings)
        for layer in json.loads(ended.out)["layers"]:
            shape = [size for size in layer["output_shape"] if size is not None]
            if min(layer["trainable"], layer["non_trainable"], 0) < 0 or min(shape, default=1) < 1:
                yield f"a layer of nothing: {layer}"

    def unstable(self, command: str, *options: str) -> Iterator[str]:
        """Yield why a spec that is printed from one that was accepted is none itself."""
        ended = self.run(command, "spec.yaml", *options)
        (self.folder / "printed.yaml").write_text(ended.out, encoding="utf-8")
        if not ended.as_it_must:
            yield f"{command} ends with {ended.status}: {ended.err[:400]}"
        elif ended.status == 0 and (again := self.run("check", "printed.yaml")).status:
            yield f"{command} {options} prints what check refuses: {again.err[:400]}"

    def unmended(self, spec: Path) -> Iterator[str]:
        """Yield what a fix leaves behind."""
        ended = self.run("check", "spec.yaml", "--fix")
        once = spec.read_bytes()
        if not ended.as_it_must:
            yield f"--fix ends with {ended.status}: {ended.err[:400]}"
        try:
            read_document(spec)
        except SpecError as error:
            yield f"--fix leaves what is not YAML: {error.diagnostics[0].message}"
        if self.run("check", "spec.yaml", "--fix").status != ended.status or spec.read_bytes() != once:
            yield "--fix is not done after one time"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tdcli"])
    return Bench(tmp_path)


@pytest.mark.parametrize("first", range(0, 304, 38))
def test_a_mutated_spec_is_consistent_or_refused_with_a_reason(first: int, bench: Bench) -> None:
    for seed in range(first, first + 38):
        assert not list(bench.broken(seed)), f"{trial(seed)} of seed {seed}"
    assert not (bench.folder / "executed").exists()


def fuzz(count: int, first: int) -> int:
    """Try so many specs, print what broke and how long the slowest took, and return how many broke something."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        bench, broke = Bench(Path(folder)), 0
        for seed in range(first, first + count):
            found = list(bench.broken(seed))
            if bench.seconds[seed] > 1000 * SECONDS:
                found.append(f"takes {bench.seconds[seed] / 1000:.1f} s")
            broke += bool(found)
            if found:
                print(f"seed {seed}: {found}", flush=True)  # noqa: T201
        seed, most = bench.seconds.most_common(1)[0]
        print(f"{count} specs, {broke} broke something; the slowest, of seed {seed}, took {most / 1000:.2f} s")  # noqa: T201
        print(", ".join(f"{name} {times}" for name, times in bench.told.most_common()))  # noqa: T201
        return broke


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--count", type=int, default=10_000)
    reader.add_argument("--seed", type=int, default=0, help="the first of them")
    given = reader.parse_args()
    sys.exit(bool(fuzz(given.count, given.seed)))
