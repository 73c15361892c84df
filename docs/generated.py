"""The pages that MkDocs makes when it builds the site: one for each diagnostic, from its lesson, and for each layer."""

import inspect
import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from pydantic_core import PydanticUndefined

from tdcli.layers.core.base import Example, Layer
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.services.specs.lessons import lesson_names, lesson_titles, read_lesson
from tdcli.shapes import format_shape
from tdcli.text.yaml_writer import to_inline_yaml

DIAGNOSTICS, LAYERS = "reference/diagnostics", "reference/layers"
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"
"""At the top of a list: a search is to find what it lists."""
BOOSTED = "---\nsearch:\n  boost: 2\n---\n\n"
"""At the top of a page that a search is to find before those that mention its name."""
DOCTEST = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the pages to the navigation."""
    (reference,) = (
        entry["Reference"] for entry in config.nav or () if isinstance(entry, dict) and "Reference" in entry
    )
    for title, folder, names in (("Layers", LAYERS, layer_names()), ("Diagnostics", DIAGNOSTICS, lesson_names())):
        reference.append({title: [f"{folder}/index.md", *({name: f"{folder}/{name}.md"} for name in names)]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for path, text in generated_pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def generated_pages() -> dict[str, str]:
    """Return every page by its path in the docs."""
    pages = {f"{DIAGNOSTICS}/index.md": diagnostics_index(), f"{LAYERS}/index.md": layers_index()}
    pages |= {f"{DIAGNOSTICS}/{name}.md": BOOSTED + read_lesson(name) for name in lesson_names()}
    return pages | {f"{LAYERS}/{name}.md": layer_page(name) for name in layer_names()}


def diagnostics_index() -> str:
    """Return the list of all diagnostics."""
    lines = [f"{UNSEARCHED}# Diagnostics", "", "`tdcli explain NAME` prints the same page in the terminal.", ""]
    return "\n".join([*lines, *(f"- [`{name}`]({name}.md): {title}" for name, title in lesson_titles().items()), ""])


def layers_index() -> str:
    """Return the list of all layers, with the first sentence of each."""
    lines = [f"{UNSEARCHED}# Layers", "", "A layer has the name and the arguments of its Keras layer.", ""]
    return "\n".join([*lines, *(f"- [`{name}`]({name}.md): {_first_sentence(name)}" for name in layer_names()), ""])


def _first_sentence(name: str) -> str:
    return " ".join((inspect.getdoc(find_layer(name)) or "").split("\n\n")[0].split())


def layer_page(name: str) -> str:
    """Return a layer's page: what it does, its arguments, and an example with its shapes and its count."""
    layer = find_layer(name)
    described = DOCTEST.sub("", inspect.getdoc(layer) or "").rstrip()
    link = f"The arguments are those of `keras.layers.{name}`."
    table = ["| Argument | Default |", "| --- | --- |", *_argument_rows(layer)]
    example = _example(name, layer.examples[0])
    return "\n".join([f"# {name}", "", described, "", *example, "## Arguments", "", link, "", *table, ""])


def _example(name: str, example: Example) -> list[str]:
    """Return an example as in a spec, with the shapes of its input and output, and its number of parameters."""
    layer = read_layer({name: example.arguments})
    shape, count = layer.output_shape(example.input_shape), layer.parameters(example.input_shape)
    written = f"- {name}: {to_inline_yaml(example.arguments)}" if example.arguments else f"- {name}"
    shapes = f"# {format_shape(example.input_shape)} -> {format_shape(shape)}"
    formula = f" = {count.formula}" if count.formula else ""
    return ["## Example", "", "```yaml", shapes, f"# parameters: {count.total:,}{formula}", written, "```", ""]


def _argument_rows(layer: type[Layer]) -> list[str]:
    rows = []
    for name, field in layer.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        rows.append(f"| `{name}` | {'required' if default is PydanticUndefined else f'`{_plain(default)}`'} |")
    return rows


def _plain(value: Any) -> str:
    return to_inline_yaml(list(value) if isinstance(value, tuple) else value)
