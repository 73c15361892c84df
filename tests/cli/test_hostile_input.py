"""Hostile files are answered within seconds and little memory, and nothing in them is executed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

LAYERS = "architecture:\n  kind: layers\n  input: [{}, 4]\n  layers:\n    - LSTM: {{units: {}}}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS = {
    "an alias bomb": BOMB.encode(),
    "ten megabytes": b"a: 1\n" * 2_000_000,
    "ten thousand brackets": b"a: " + b"[" * 10_000,
    "ten thousand indentations": "".join(" " * depth + "a:\n" for depth in range(600)).encode(),
    "a tag of Python's": b"a: !!python/object/apply:os.system ['touch executed']\n",
    "a name of Python's": b"a: !!python/name:os.system\n",
    "UTF-16": LAYERS.format(3, 2).encode("utf-16"),
    "Latin-1": "name: \xe9\n".encode("latin-1"),
    "a NUL byte": b"name: \0\n",
    "tabs": b"architecture:\n\tkind: layers\n",
    "a hundred digits": LAYERS.format(3, "9" * 100).encode(),
    "ten to the nine timesteps, and a weight for each": LAYERS.format(10**9, 2).encode() + b"    - Flatn\n",
    "a key that is a list": b"? [a, b]\n: 1\n",
}
MEGABYTE = 1024 * 1024


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run `check` in a process of its own, with 500 MB and no more."""

    def run(path: str) -> subprocess.CompletedProcess[str]:
        limited = f"import resource as r; r.setrlimit(r.RLIMIT_AS, ({500 * MEGABYTE},) * 2)"
        script = (
            f"{limited}; import sys; sys.argv = ['tdcli', 'check', {path!r}]; from tdcli.cli.app import main; main()"
        )
        command = [sys.executable, "-c", script]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return run


def refused(result: subprocess.CompletedProcess[str]) -> bool:
    return result.returncode == 2 and result.stderr.startswith("error[") and "Traceback" not in result.stderr


@pytest.mark.parametrize("case", TEXTS)
def test_a_hostile_text_is_refused(
    case: str, tmp_path: Path, checked: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "spec.yaml").write_bytes(TEXTS[case])
    assert refused(checked("spec.yaml"))
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "pipe", "."])
def test_a_path_that_is_not_a_file_is_refused(
    path: str, tmp_path: Path, checked: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(checked(path))


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + LAYERS.format(3, 2).encode(),
        LAYERS.format(3, 2).replace("\n", "\r\n").encode(),
        LAYERS.format(10**9, 2).encode(),
    ],
    ids=["a byte order mark", "Windows line ends", "a thousand million timesteps"],
)
def test_what_is_merely_unusual_is_read(
    text: bytes, tmp_path: Path, checked: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "spec.yaml").write_bytes(text)
    assert checked("spec.yaml").returncode == 0


SMALL = """name: {name}
architecture:
  kind: layers
  input: [3, 2]
  layers:
    - {layer}
    - Dense: {{units: 1, activation: {activation}}}
data: {{source: npy, x: x.npy, y: y.npy}}
training: {{epochs: 1, optimizer: {optimizer}}}
"""
SOUND = {"name": "small", "layer": "Flatten", "activation": "linear", "optimizer": "adam"}
CODE = {
    "a name for the shell": {"name": "'$(touch executed); `touch executed`'"},
    "a name for str.format": {"name": "'{0.__class__.__init__.__globals__}%s'"},
    "a layer that is a function": {"layer": "os.system: {command: touch executed}"},
    "a layer that is a Lambda": {"layer": 'Lambda: {function: \'lambda x: open("executed", "w")\'}'},
    "an activation that is an expression": {"activation": '\'__import__("pathlib").Path("executed").touch()\''},
    "an optimizer that is a module": {"optimizer": "antigravity"},
    "arguments of an optimizer": {"optimizer": '{name: adam, learning_rate: \'open("executed", "w")\'}'},
}


@pytest.mark.parametrize("case", CODE)
def test_nothing_of_a_spec_is_evaluated_imported_or_given_to_a_shell(case: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((8, 3, 2), np.float32))
    np.save(tmp_path / "y.npy", np.ones((8, 1), np.float32))
    (tmp_path / "spec.yaml").write_text(SMALL.format(**(SOUND | CODE[case])), encoding="utf-8")
    command = [sys.executable, "-X", "importtime", "-m", "tdcli", "train", "spec.yaml"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 2)
    assert "Traceback" not in ended.stderr
    assert "antigravity" not in {line.split("|")[-1].strip() for line in ended.stderr.splitlines()}
    assert not list(tmp_path.rglob("executed"))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.npy", "s3://bucket/x.npy", "file:///etc/passwd"])
def test_web_addresses_are_refused(address: str, tmp_path: Path) -> None:
    spec = SMALL.format(**SOUND).replace("x: x.npy", f"x: '{address}'")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    command = [sys.executable, "-m", "tdcli", "check", "spec.yaml"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused(ended)
    assert f"`{address}` is a web address" in ended.stderr


@pytest.mark.parametrize("path", ["x" * 300, "loop"])
@pytest.mark.parametrize(
    "command",
    [("init", "many-to-one", "-o"), ("schema", "-o"), ("evaluate",), ("runs", "show"), ("export",), ("watch",)],
)
def test_what_no_file_system_takes_for_a_path_is_answered(
    command: tuple[str, ...], path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tdcli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    ended = tdcli(*command, path, *(["--format", "keras", "-o", "m.keras"] if command == ("export",) else []))
    assert ended.code in (1, 2)
    assert ended.err.startswith("error[")
    assert "unforeseen" not in ended.err
    assert [each.name for each in tmp_path.iterdir()] == ["loop"]
