"""Fixes that need no thought are written in, and nothing else of the file is touched."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.fix import fix_spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.edits import apply_edits
from tdcli.text.errors import SpecError

WRONG = """# a video, frame by frame
architecture:
  kind: layer   # the chain as written
  input: [10, 8, 8, 3]

  layers:
    - conv2d: {filters: 4, kernel_sise: 3}   # one frame at a time
    - Flatten      # each of them
    - LSTM: {units: "3"}
    - LSTM:
        units: 5     # a vector
        return_sequences: false
    - TimeDistributed: {LSTM: {units: 5.0}}
    - Dense: {unit: 1}
training: {epoch: 3, loss: maee, metrics: [acuracy], shuffle: 'true'}
"""
RIGHT = """# a video, frame by frame
architecture:
  kind: layers   # the chain as written
  input: [10, 8, 8, 3]

  layers:
    - TimeDistributed: {Conv2D: {filters: 4, kernel_size: 3}}   # one frame at a time
    - TimeDistributed: Flatten      # each of them
    - LSTM: {units: 3, return_sequences: true}
    - LSTM:
        units: 5     # a vector
        return_sequences: true
    - LSTM: {units: 5}
    - Dense: {units: 1}
training: {epochs: 3, loss: mae, metrics: [mae], shuffle: true}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.yaml"


def diagnostics(spec: Path, text: str) -> tuple[Diagnostic, ...]:
    spec.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(spec)
    return caught.value.diagnostics


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_everything_certain_is_mended_with_comments_and_line_ends_kept(spec: Path, line_end: str, mark: bytes) -> None:
    wrong = WRONG.replace("acuracy", "maee")
    spec.write_bytes(mark + wrong.replace("\n", line_end).encode())
    assert fix_spec(spec) == 15
    assert spec.read_bytes() == mark + RIGHT.replace("\n", line_end).encode()
    assert compile_spec(spec).plan.output_shape == (None, 1)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{units: 3}", "{units: 3, return_sequences: true}"),
        ("{ units: 3 }", "{ units: 3, return_sequences: true }"),
        ("{units: 3,}", "{units: 3, return_sequences: true}"),
        ("{units: 3, name: a}  # one", "{units: 3, name: a, return_sequences: true}  # one"),
        ("{bias_regularizer: {l2: {}}, units: 3}", "{bias_regularizer: {l2: {}}, units: 3, return_sequences: true}"),
        ("{units: 3, bias_regularizer: {l2: {}}}", "{units: 3, bias_regularizer: {l2: {}}, return_sequences: true}"),
        ("{units: 3,\n        dropout: 0.5}", "{units: 3,\n        dropout: 0.5}"),
        ("{bias_regularizer: {l2: {}}\n        , units: 3}", "{bias_regularizer: {l2: {}}\n        , units: 3}"),
        ("\n        units: 3", "\n        return_sequences: true\n        units: 3"),
    ],
)
def test_a_new_argument_becomes_the_last_one_between_braces(wrong: str, right: str, spec: Path) -> None:
    text = "architecture:\n  kind: layers\n  input: [5, 3]\n  layers:\n    - LSTM: {}\n    - LSTM: {{units: 2}}\n"
    spec.write_text(text.format(wrong), encoding="utf-8")
    fix_spec(spec)
    assert spec.read_text(encoding="utf-8") == text.format(right)


def test_a_sound_spec_is_left_alone(spec: Path) -> None:
    spec.write_text(RIGHT, encoding="utf-8")
    before = spec.stat()
    assert fix_spec(spec) == 0
    assert spec.stat() == before


def test_a_link_stays_a_link(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(RIGHT.replace("layers   #", "layer   #"), encoding="utf-8")
    spec.symlink_to("real.yaml")
    assert fix_spec(spec) == 1
    assert spec.is_symlink()
    assert (tmp_path / "real.yaml").read_text(encoding="utf-8") == RIGHT


@pytest.mark.parametrize(
    "doubtful",
    [
        "architecture: {kind: layers, input: [64], layers: [{LSTM: {units: 3}}]}",
        "architecture: {kind: layers, input: [5, 3], layers: [{LSTM: {units: 3}}, {Conv2D: {filters: 1}}]}",
        "architecture: {kind: layers, input: [5, 3], layers: [{LSTM: {units: 3, zebra: 1}}]}",
        "architecture: {kind: layers, input: [5, 3], layers: [{LSTM: {units: 2.5}}]}",
        "architecture: {kind: layers, input: [5, 3], layers: [{LSTM: {units: 3, use_bias: 'maybe'}}]}",
        "architecture: {kind: layers, input: [5, 3], layers: [{LSTM: {units: 3}}]}\ntraining: {epochs: 1, epochs: 2}",
    ],
)
def test_what_could_be_meant_otherwise_is_left_to_the_user(doubtful: str, spec: Path) -> None:
    assert all(not each.fix for each in diagnostics(spec, doubtful))
    assert fix_spec(spec) == 0
    assert spec.read_text(encoding="utf-8") == doubtful


def test_a_fault_in_a_setting_of_the_command_line_has_no_fix() -> None:
    specs = Path(__file__).parents[3] / "specs"
    with pytest.raises(SpecError) as caught:
        compile_spec(specs / "cnn_lstm.yaml", ["training.shufle=true"])
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.help, diagnostic.fix) == (("did you mean `shuffle`?",), ())
    assert fix_spec(specs / "cnn_lstm.yaml") == 0


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_misspelt_key_of_a_spec_is_mended(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    key = data.draw(st.sampled_from(["filters", "kernel_size", "units", "epochs", "metrics", "return_sequences"]))
    place = data.draw(st.integers(1, len(key) - 2))
    misspelt = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    path = tmp_path_factory.mktemp("fix") / "spec.yaml"
    path.write_text(RIGHT.replace(f"{key}:", f"{misspelt}:", 1), encoding="utf-8")
    fix_spec(path)
    assert path.read_text(encoding="utf-8") == RIGHT


def test_a_key_beside_its_misspelling_is_not_renamed_to_it(spec: Path) -> None:
    (diagnostic,) = diagnostics(spec, RIGHT.replace("epochs: 3", "epochs: 3, epoch: 4"))
    assert (diagnostic.help, diagnostic.fix) == (("remove this key or `epochs`, which is also given",), ())


def test_of_two_edits_in_one_place_one_is_made(spec: Path) -> None:
    (diagnostic,) = diagnostics(spec, RIGHT.replace("epochs", "epoch"))
    (edit,) = diagnostic.fix
    assert apply_edits(spec.read_text(encoding="utf-8"), [edit, edit]) == RIGHT


def test_all_faults_of_a_chain_and_of_other_sections_come_at_once(spec: Path) -> None:
    sound = {"layer ": "layers ", "conv2d": "Conv2D", "sise": "size", '"3"': "3", "5.0": "5", "unit:": "units:"}
    text = WRONG
    for wrong, right in sound.items():
        text = text.replace(wrong, right)
    found = diagnostics(spec, text)
    assert [(each.name, each.span.line) for each in found if each.span] == [
        ("time-distributed-missing", 7),
        ("time-axis-missing", 9),
        ("sequences-not-returned", 10),
        ("sequences-not-returned", 13),
        ("unknown-key", 15),
        ("wrong-value", 15),
        ("wrong-value", 15),
        ("wrong-type", 15),
    ]
