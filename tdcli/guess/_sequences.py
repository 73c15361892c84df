"""Labelled sequences, one after the other in a table, to a spec."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from tdcli.guess._columns import Column, names
from tdcli.guess._page import Block, Guess, Line, training
from tdcli.guess._roles import Labelled, holds_classes
from tdcli.guess._table import FEWEST_TO_PART, Table, outputs_for, width
from tdcli.text.diagnostic import UserError
from tdcli.text.yaml_reader import parse_value

FEWEST_TO_STRATIFY = 10
"""Sequences of the rarest class: with fewer, a part may get none."""


def sequences_page(table: Table, found: Labelled) -> Guess:
    """Return a many-to-one spec: one target for each sequence. Raises UserError without features."""
    taken = names([found.sequence, found.target, *found.constant])
    features = [column for column in table.told if column.name not in taken and column.is_input]
    if not features:
        message = f"`{table.path}` has no column that changes within the sequences of `{found.sequence.name}`"
        raise UserError.of("nothing-to-guess", message, "write the spec by hand: `tdcli init many-to-one` is a start")
    data = Block("data", [*table.source(), *_data(table, found, features)])
    parts = found.sequence.runs >= FEWEST_TO_PART
    split = [_split(found)] if parts else []
    body: list[Line | Block] = [_architecture(found, features), data, *split, training(16, validated=parts)]
    notes = [f"guessed: the sequences by `{found.sequence.name}`, the target `{found.target.name}`"]
    return Guess(table.title, body, notes + table.left_out([*features, found.sequence, found.target]))


def _architecture(found: Labelled, features: Sequence[Column]) -> Block:
    lengths = found.sequence.texts.rle().struct.field("len").to_list()
    shortest, longest = min(lengths), max(lengths)
    steps = longest if shortest == longest else None
    comment = f"sequences of {shortest} to {longest} steps" if steps is None else ""
    return Block(
        "architecture",
        [
            Line("kind", "many-to-one", "one answer for each sequence"),
            Line("input", {"timesteps": steps, "features": width(features)}, comment),
            Line("recurrent", {"cell": "LSTM", "units": 32}, "a guess: start small"),
            outputs_for(found.target, classes=holds_classes(found.target)),
        ],
    )


def _data(table: Table, found: Labelled, features: Sequence[Column]) -> list[Line]:
    policies = {column.name: "drop" for column in features if column.missing}
    classes = (
        [Line("classes", [parse_value(text) for text in found.target.categories])]
        if holds_classes(found.target)
        else []
    )
    return [
        Line("layout", "sequences"),
        Line("sequence", found.sequence.name, "a guess: each of its values fills one run of rows"),
        Line("features", names(features)),
        Line("target", found.target.name, "a guess: it is the same on all rows of a sequence"),
        *classes,
        *table.cleaning(features, policies),
        Line("padding", _padding(features), "fills up short sequences; no real step may hold it alone"),
    ]


def _padding(features: Sequence[Column]) -> float:
    """Return 0, or a number below all features where some real step is all zeros."""
    numbers = pl.DataFrame([column.numbers for column in features if column.numbers is not None])
    zeros = numbers.select(pl.all_horizontal(pl.all() == 0).any()).item()
    if numbers.width < len(features) or not zeros:
        return 0.0
    lowest = numbers.select(pl.min_horizontal(pl.all().min())).item()
    return float(math.floor(lowest) - 1)


def _split(found: Labelled) -> Line:
    split = {"by": "random", "validation": 0.15, "test": 0.2}
    if not holds_classes(found.target):
        return Line("split", split)
    sequences = found.target.texts.to_frame().with_columns(found.sequence.texts).unique()
    rarest = sequences[found.target.name].value_counts()["count"].min()
    stratify = isinstance(rarest, int) and rarest >= FEWEST_TO_STRATIFY
    comment = "stratify: every part gets its share of each class" if stratify else ""
    return Line("split", {"by": "random", "stratify": True, **split} if stratify else split, comment)
