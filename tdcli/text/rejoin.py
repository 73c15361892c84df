"""Rejoin values that YAML splits at a comma inside braces and brackets: `{size: (3, 3)}`, `{rate: 0,5}`, `[0,05]`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

_STRING = "tag:yaml.org,2002:str"
_INTEGER = re.compile("[-+]?[0-9]+")
_CALL = re.compile(r"[\w.]*\(")

MOST_PIECES = 100
"""The maximum number of pieces of one value. Without a limit, a list of 20,000 items would take quadratic time."""

Pair = tuple[yaml.Node, yaml.Node]


def rejoin_pairs(pairs: Sequence[Pair], lines: Sequence[str]) -> Iterator[Pair]:
    """Yield the pairs of a mapping in braces, with keys that have no colon rejoined to the value before them."""
    index = 0
    while index < len(pairs):
        key, value = pairs[index]
        followers = _keys_after(pairs[index + 1 : index + MOST_PIECES], value)
        count = _count_pieces(value, followers)
        index += 1 + count
        yield key, _join(value, followers[:count], lines)


def rejoin_items(items: Sequence[yaml.Node], lines: Sequence[str]) -> Iterator[yaml.Node]:
    """Yield the items of a list in brackets, with tuples and numbers with a decimal comma rejoined."""
    decimals = _are_decimals(items, lines)
    index = 0
    while index < len(items):
        value = items[index]
        followers = _plain_on_line(items[index + 1 : index + MOST_PIECES], value)
        count = 1 if decimals else _count_call_pieces(value, followers)
        index += 1 + count
        yield _join(value, followers[:count], lines)


def _keys_after(pairs: Sequence[Pair], value: yaml.Node) -> list[yaml.Node]:
    """Return the following keys that have neither a colon nor a value."""
    found = []
    for key, nothing in pairs:
        if nothing.start_mark.index != nothing.end_mark.index or nothing.start_mark.index != key.end_mark.index:
            break
        found.append(key)
    return _plain_on_line(found, value)


def _plain_on_line(nodes: Sequence[yaml.Node], value: yaml.Node) -> list[yaml.Node]:
    found: list[yaml.Node] = []
    for node in nodes:
        if not _is_plain_scalar(node) or node.end_mark.line != value.start_mark.line:
            break
        found.append(node)
    return found if _is_plain_scalar(value) else []


def _is_plain_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None


def _count_pieces(value: yaml.Node, followers: Sequence[yaml.Node]) -> int:
    """Return how many of the following keys belong to a value."""
    if followers and _INTEGER.fullmatch(value.value):
        digits = [bool(re.fullmatch("[0-9]+([eE][-+]?[0-9]+)?", key.value)) for key in followers]
        return digits.index(False) if False in digits else len(digits)
    return _count_call_pieces(value, followers)


def _count_call_pieces(value: yaml.Node, followers: Sequence[yaml.Node]) -> int:
    """Return how many of the following texts close the parentheses of `(3` or `Adam(lr=0.1`; 0 if none does."""
    if not followers or not _CALL.match(value.value):
        return 0
    depth = _open_parentheses(value.value)
    for count, piece in enumerate(followers, 1):
        if depth <= 0:
            return 0
        depth += _open_parentheses(piece.value)
        if depth == 0:
            return count
    return 0


def _open_parentheses(text: str) -> int:
    return text.count("(") - text.count(")")


def _are_decimals(items: Sequence[yaml.Node], lines: Sequence[str]) -> bool:
    """Return whether a list has numbers with a decimal comma: `[0,05]` or `[0,1, 0,2]`, but not `[3,3]`."""
    if len(items) < 2 or len(items) % 2 or len(_plain_on_line(items, items[0])) < len(items):
        return False
    if not all(_INTEGER.fullmatch(item.value) for item in items):
        return False
    marks = [(left.end_mark.column, right.start_mark.column) for left, right in pairwise(items)]
    gaps = [_source_line(items[0], lines)[start:stop] for start, stop in marks]
    apart = all(gap == "," for gap in gaps[::2]) and all(gap != "," for gap in gaps[1::2])
    return apart and (len(items) > 2 or re.match("0[0-9]", items[1].value) is not None)


def _join(first: yaml.Node, others: Sequence[yaml.Node], lines: Sequence[str]) -> yaml.Node:
    if not others:
        return first
    text = _source_line(first, lines)[first.start_mark.column : others[-1].end_mark.column]
    return yaml.ScalarNode(_STRING, text, first.start_mark, others[-1].end_mark)


def _source_line(node: yaml.Node, lines: Sequence[str]) -> str:
    return lines[node.start_mark.line] if node.start_mark.line < len(lines) else ""
