"""Write values as YAML that `yaml_reader` reads back unchanged."""

import re
from textwrap import indent
from typing import Any

import yaml

_NUMBERS_OF_1_2 = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|^0o[0-7]+$")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Return True, so that a list that occurs twice is written twice."""
        return True


# PyYAML quotes texts that are not texts in YAML 1.1. These are numbers in YAML 1.2 only.
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBERS_OF_1_2, list("-+.0123456789"))


def to_yaml(values: Any) -> str:
    """Return a document in block style, with the keys in order."""
    text: str = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return text


def to_inline_yaml(value: Any) -> str:
    """Return a value in flow style, on one line.

    >>> to_inline_yaml({"timesteps": None, "columns": ["pm2.5", "1e-3", "no", 5]})
    "{timesteps: null, columns: [pm2.5, '1e-3', 'no', 5]}"
    """
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=True, width=10**9)
    return text.removesuffix("\n").removesuffix("\n...")


def to_item_yaml(value: Any) -> str:
    """Return a list item on one line. A mapping of one key has no braces, and a list in it has one item per line.

    >>> to_item_yaml({"LSTM": {"units": 5}}), to_item_yaml("Flatten")
    ('- LSTM: {units: 5}', '- Flatten')
    """
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        if isinstance(inner, list):
            return "\n".join([f"- {to_inline_yaml(key)}:", *(indent(to_item_yaml(item), " " * 4) for item in inner)])
        return f"- {to_inline_yaml(key)}: {to_inline_yaml(inner)}"
    return f"- {to_inline_yaml(value)}"
