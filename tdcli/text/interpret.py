"""Interpret a value in the notation of Python or another language: literals, calls, layers, numbers, booleans."""

import ast
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from tdcli.foreign import rows

LONGEST, LONGEST_PROGRAM = 300, 10_000
"""The limits in characters. Nobody writes a longer literal or a longer model into a spec."""

_NO_LAYERS = ("Input", "InputLayer", "Model")

_WORDS = {
    "none": None, "nil": None, "undefined": None, "n/a": None,
    "yes": True, "y": True, "on": True, "oui": True, "vrai": True, "ja": True, "wahr": True, "si": True, "sí": True,
    "verdadero": True, "sim": True, "vero": True, "t": True, "1": True,
    "no": False, "n": False, "off": False, "non": False, "faux": False, "nein": False, "falsch": False,
    "falso": False, "não": False, "f": False, "0": False,
}  # fmt: skip
_CONSTANTS = {"inf": float("inf"), "infinity": float("inf"), "nan": float("nan"), "pi": 3.141592653589793}
_PYTHON_CALLS = ("add", "dict", "float", "int", "list", "tuple")
_POWER = re.compile(r"([0-9.]+)\s*(?:\*\*|\^)\s*([-+]?[0-9]+)")


def interpretations(value: Any) -> Iterator[Any]:
    """Yield the possible meanings of a value, likeliest first. The caller checks whether they are valid.

    >>> [next(interpretations(value)) for value in ("None", "(3, 3)", "1_000", "oui", (0, 5))]
    [None, (3, 3), 1000, True, 0.5]
    >>> list(interpretations("0,5"))
    [0.5, (0, 5), ('0,5',)]
    >>> list(interpretations("keras.regularizers.l2(0.01)"))
    [{'l2': {'l2': 0.01}}, ('keras.regularizers.l2(0.01)',)]
    """
    if isinstance(value, tuple):
        found = _from_list(value)
    elif isinstance(value, dict):
        found = _from_mapping(value)
    elif isinstance(value, str) and "\n" in value.strip() and len(value) <= LONGEST_PROGRAM:
        found = iter((layers_of(value),))
    elif isinstance(value, str) and len(value) <= LONGEST:
        found = _from_text(value)
    else:
        return
    for meant in found:
        yield meant
        if isinstance(meant, float) and meant.is_integer():
            yield int(meant)


def _from_text(value: str) -> Iterator[Any]:
    text = value.strip().strip(";").strip().replace("\u2212", "-")
    text = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    if text.casefold() in _WORDS:
        yield _WORDS[text.casefold()]
    if text != value:
        yield text
    yield from _from_number(text)
    yield from _from_python(text)
    yield (text,)


def _from_mapping(value: dict[str, Any]) -> Iterator[Any]:
    """Yield a mapping of layers, whose names start with a capital letter, as a list of layers."""
    if value and all(key[:1].isupper() and _are_arguments(inner) for key, inner in value.items()):
        yield tuple({key: inner} if inner else key for key, inner in value.items())


def _are_arguments(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _from_list(value: tuple[Any, ...]) -> Iterator[Any]:
    """Yield a list of two whole numbers as a number with a decimal comma, and a list of one item as this item."""
    if len(value) == 2 and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        whole, fraction = value
        if fraction >= 0:
            yield float(f"{whole}.{fraction}")
    elif len(value) == 1:
        yield value[0]
        yield from interpretations(value[0])


def _from_number(text: str) -> Iterator[Any]:
    if re.fullmatch(r"[-+]?[1-9][0-9]{0,2}([ \u00a0\u202f'_,.])[0-9]{3}(\1[0-9]{3})*", text):
        yield int(re.sub(r"[^-+0-9]", "", text))
    elif re.fullmatch(r"[-+]?[0-9]+(_[0-9]+)+", text):
        yield int(text)
    if re.fullmatch(r"[-+]?[0-9]*,[0-9]+([eE][-+]?[0-9]+)?", text):
        yield float(text.replace(",", "."))
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?\s*%", text):
        yield round(float(text.rstrip("% ").replace(",", ".")) / 100, 12)
    if re.fullmatch(r"[0-9]+\s*/\s*[1-9][0-9]*", text):
        upper, lower = text.split("/")
        yield int(upper) / int(lower)
    power = _POWER.fullmatch(text)
    if power and abs(int(power[2])) < 16:
        yield float(f"{float(power[1]) ** int(power[2]):.12g}")
    number = re.fullmatch(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)[fFlL]", text)
    if number:
        yield from _from_python(number[1])


def _from_python(text: str) -> Iterator[Any]:
    """Yield the value of a Python expression, including calls and dotted names. No code is run."""
    node = _expression(text.rstrip(","))
    if node is None:
        yield from _from_keywords(text)
        return
    if isinstance(node, ast.Name | ast.Constant) and not isinstance(getattr(node, "value", ""), int | float):
        return
    if isinstance(node, ast.Call) and _function_name(node) not in _PYTHON_CALLS:
        yield from call_values(node)
        return
    try:
        value = _literal_value(node)
    except (ValueError, RecursionError):
        return
    if value != text:
        yield value


def _expression(text: str) -> ast.expr | None:
    """Parse a text as an expression or an assignment; None if it is not Python."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return _outer_call(statement.value) if isinstance(statement, ast.Expr | ast.Assign) else None


def _outer_call(node: ast.expr) -> ast.expr:
    """Return the call that makes the layer in `LSTM(8)(inputs)`; other expressions unchanged."""
    return node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) else node


def layers_of(program: str) -> tuple[Any, ...]:
    r"""Return the layers that a Python program makes, in order. No code is run.

    >>> layers_of("model = Sequential()\nmodel.add(LSTM(8))\nmodel.add(Dense(1))")
    ({'LSTM': {'units': 8}}, {'Dense': {'units': 1}})
    >>> layers_of("x = LSTM(8)(inputs)\noutputs = Dense(1)(x)")
    ({'LSTM': {'units': 8}}, {'Dense': {'units': 1}})
    """
    try:
        statements = ast.parse(textwrap.dedent(program)).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    values = [node.value for node in statements if isinstance(node, ast.Expr | ast.Assign)]
    calls = [call for value in values for call in _layer_calls(_outer_call(value))]
    return tuple(layer for call in calls for layer in call_values(call))


def _layer_calls(node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls that make layers: the argument of `model.add`, the items of `Sequential`."""
    if not isinstance(node, ast.Call):
        return
    name = _function_name(node)
    if name == "add" or name == "Sequential":
        for argument in node.args:
            for layer in argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]:
                yield from _layer_calls(_outer_call(layer))
    elif name[:1].isupper() and name not in _NO_LAYERS:
        yield node


def _from_keywords(text: str) -> Iterator[Any]:
    """Yield `units=8, activation="relu"` as a mapping."""
    if "=" not in text:
        return
    try:
        node = ast.parse(f"_({text.rstrip(',')})", mode="eval").body
        yield _call_arguments(node, ())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return


def call_values(node: ast.Call) -> Iterator[Any]:
    """Yield a call in YAML's form: one name with its arguments, or the name alone."""
    name = _function_name(node)
    try:
        arguments = _call_arguments(node, rows.positional_arguments(ast.unparse(node.func)))
    except (ValueError, RecursionError):
        return
    inner = arguments.pop("layer", None)
    if inner is not None:
        arguments = {**(inner if isinstance(inner, dict) else {inner: {}}), **arguments}
    yield {name: arguments} if arguments else name


def _call_arguments(node: ast.AST, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the arguments of a call by name. Raises ValueError for more positional arguments than `names`."""
    if (
        not isinstance(node, ast.Call)
        or len(node.args) > len(names)
        or any(keyword.arg is None for keyword in node.keywords)
    ):
        raise ValueError
    positional = dict(zip(names, map(_literal_value, node.args), strict=False))
    return positional | {str(keyword.arg): _literal_value(keyword.value) for keyword in node.keywords}


def _function_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _literal_value(node: ast.AST) -> Any:
    """Return the value of a literal in YAML's types. Raises ValueError for other expressions."""
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_literal_value(item) for item in node.elts)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {str(_literal_value(key)): _literal_value(value) for key, value in pairs if key is not None}
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        return _CONSTANTS.get(name.casefold(), name)
    if isinstance(node, ast.Call):
        return _call_value(node)
    value = ast.literal_eval(node)
    if not isinstance(value, str | int | float | None):
        raise ValueError(f"{value!r} is not a YAML value")  # noqa: TRY004 (callers catch what `ast` raises)
    return value


def _call_value(node: ast.Call) -> Any:
    """Return `float("inf")` and `tuple([3, 3])` as values, and other calls as a name with its arguments."""
    name = _function_name(node)
    if name == "dict":
        return _call_arguments(node, ())
    if name in _PYTHON_CALLS and len(node.args) == 1:
        inner = _literal_value(node.args[0])
        return float(inner) if name == "float" else inner
    found = next(call_values(node), None)
    if found is None:
        raise ValueError
    return found
