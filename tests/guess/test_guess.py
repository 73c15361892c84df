"""A guessed spec holds together, its data load, and it says what was guessed."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.data.clips import frame_counts
from tdcli.services.init.new_spec import new_spec
from tdcli.services.samples.prepare import Prepared, prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.text.errors import SpecError

SHIPPED = Path(__file__).parents[2] / "specs" / "data"
RNG = np.random.default_rng(0)


def guessed(data: Path, folder: Path) -> tuple[Compiled, Prepared]:
    """Compile the spec that a file leads to, and load its data."""
    spec = folder / "guessed.yaml"
    spec.write_text(new_spec(None, data, spec).text, encoding="utf-8")
    compiled = compile_spec(spec)
    return compiled, prepare(compiled)


def table(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def forecast(rows: int = 60, time: str = "2020-{:03d}") -> list[str]:
    return [
        f"{time.format(row + 1)},{row % 7},{'NA' if row in (0, 9) else row / 2},{'ab'[row % 2]}" for row in range(rows)
    ]


@pytest.mark.parametrize(
    ("file", "input_shape", "output_shape", "keys"),
    [
        ("pollution.csv", (None, 24, 11), (None, 1), {"target": ("pm2.5",), "skip": 24}),
        ("daily-min-temperatures.csv", (None, 14, 1), (None, 1), {"target": ("Temp",), "max_gap": 0}),
        ("indoor_movement.csv", (None, None, 4), (None, 1), {"target": ("moved",), "classes": ("-1", "1")}),
        ("basic_motions/x_train.npy", (None, 100, 6), (None, 4), {"scale": "standard"}),
    ],
)
def test_the_shipped_data_lead_to_specs_whose_data_load(
    file: str, input_shape: Any, output_shape: Any, keys: dict[str, Any], tmp_path: Path
) -> None:
    compiled, prepared = guessed(SHIPPED / file, tmp_path)
    assert compiled.plan.input_shape == input_shape
    assert compiled.plan.output_shape == output_shape
    assert {key: getattr(compiled.spec.data, key) for key in keys} == keys
    assert prepared.data.test is not None


def test_the_test_part_beside_the_training_part_is_found(tmp_path: Path) -> None:
    _, prepared = guessed(SHIPPED / "basic_motions" / "x_train.npy", tmp_path)
    assert prepared.data.test is not None
    assert len(prepared.data.test) == 40


def test_dates_texts_and_missing_cells_of_a_table_are_told_apart(tmp_path: Path) -> None:
    data = table(tmp_path / "log.csv", "date,level,flow,valve", forecast())
    compiled, _ = guessed(data, tmp_path)
    section = compiled.document.values["data"]
    assert section["time"] == "date"
    assert section["features"] == ("level", "flow", "valve")
    assert section["encode"] == {"valve": {"as": "one-hot", "values": ("a", "b")}}
    assert (section["skip"], section["missing"]) == (1, {"flow": "forward-fill"})


def test_dates_that_do_not_sort_as_text_are_times(tmp_path: Path) -> None:
    rows = [f"{day:02d}.{month:02d}.2020,{day * 7 % 5}" for month in (1, 2) for day in range(1, 29)]
    compiled, _ = guessed(table(tmp_path / "log.csv", "Date Time,T (degC)", rows), tmp_path)
    assert compiled.document.values["data"]["time"] == "Date Time"


def test_columns_that_are_left_out_are_reported(tmp_path: Path) -> None:
    rows = [f"{row},{row % 7},same" for row in range(60)]
    started = new_spec(None, table(tmp_path / "log.csv", "No,level,station", rows), tmp_path / "spec.yaml")
    assert "ignored columns: `No`, `station`" in started.notes


def test_columns_with_names_that_yaml_reads_otherwise_are_quoted(tmp_path: Path) -> None:
    rows = [f"{row % 5},{row % 3},{row % 4}" for row in range(50)]
    compiled, _ = guessed(table(tmp_path / "odd.csv", "1e-3,no: way,null", rows), tmp_path)
    assert compiled.document.values["data"]["features"] == ("1e-3", "no: way", "null")


def test_a_column_called_label_is_the_class_of_a_windows_last_row(tmp_path: Path) -> None:
    rows = [f"{row % 5},{('walk', 'run', 'sit')[row // 20 % 3]}" for row in range(120)]
    compiled, prepared = guessed(table(tmp_path / "activity.csv", "x,label", rows), tmp_path)
    assert compiled.document.values["data"]["ahead"] == 0
    assert compiled.document.values["data"]["features"] == ("x",)
    assert prepared.data.classes == ("run", "sit", "walk")


@pytest.mark.parametrize(
    ("watched", "other", "share"), [("fall", "walk", 5), ("Yes", "No", 2), ("abnormal", "normal", 1)]
)
def test_a_sigmoid_gives_the_probability_of_what_is_watched_for(
    watched: str, other: str, share: int, tmp_path: Path
) -> None:
    rows = [f"{row % 5},{other if row % 6 < share else watched}" for row in range(240)]
    _, prepared = guessed(table(tmp_path / "log.csv", "x,event", rows), tmp_path)
    assert prepared.data.classes == (other, watched)
    assert f"is {watched}" in (tmp_path / "guessed.yaml").read_text(encoding="utf-8")


def test_windows_do_not_cross_from_one_station_to_the_next(tmp_path: Path) -> None:
    rows = [f"{station},{hour % 7}" for station in ("north", "south") for hour in range(100)]
    compiled, _ = guessed(table(tmp_path / "stations.csv", "station,level", rows), tmp_path)
    assert compiled.document.values["data"]["group"] == "station"
    assert compiled.plan.input_shape == (None, 22, 1)


def test_sequences_of_one_length_with_a_number_each_get_a_linear_output(tmp_path: Path) -> None:
    rows = [f"s{each},{step},{step * each % 5},{each // 2 / 3}" for each in range(50) for step in range(6)]
    compiled, _ = guessed(table(tmp_path / "wear.csv", "part,time,load,life", rows), tmp_path)
    assert compiled.plan.input_shape == (None, 6, 1)
    assert compiled.document.values["data"]["target"] == "life"
    assert not compiled.objective.classes


def test_padding_is_a_value_that_no_real_step_has(tmp_path: Path) -> None:
    rows = [f"{each},{step % 2},{each % 2}" for each in range(20) for step in range(3 + each % 2)]
    compiled, _ = guessed(table(tmp_path / "bits.csv", "sequence,bit,odd", rows), tmp_path)
    assert compiled.document.values["data"]["padding"] == -1.0


@pytest.mark.parametrize("rows", [8, 12, 39, 40, 200])
def test_a_short_table_gets_windows_that_fit_it(rows: int, tmp_path: Path) -> None:
    _, prepared = guessed(
        table(tmp_path / "short.csv", "v", [str((7, 3, 5)[row % 3]) for row in range(rows)]), tmp_path
    )
    assert len(prepared.data.train)


def numbers(*shape: int) -> Any:
    return RNG.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(
    ("x", "y", "kind", "output_shape"),
    [
        (numbers(50, 7, 3), numbers(50), "many-to-one", (None, 1)),
        (numbers(50, 7, 3), numbers(50, 2), "many-to-one", (None, 2)),
        (numbers(50, 7, 3), np.arange(50) % 2, "many-to-one", (None, 1)),
        (numbers(50, 7, 3), (np.arange(50) % 5).astype(float), "many-to-one", (None, 5)),
        (numbers(50, 7, 3), np.array(["sit", "run", "nap", "go", "eat"] * 10), "many-to-one", (None, 5)),
        (numbers(50, 7, 3), np.eye(7)[np.arange(50) % 7], "many-to-one", (None, 7)),
        (numbers(50, 7, 3), numbers(50, 7), "many-to-many", (None, 7, 1)),
        (numbers(50, 7, 3), np.arange(350).reshape(50, 7) % 3, "many-to-many", (None, 7, 3)),
        (numbers(50, 7, 3), numbers(50, 7, 4), "many-to-many", (None, 7, 4)),
        (numbers(12, 4, 16, 16, 3), np.arange(12) % 3, "cnn-lstm", (None, 3)),
        (numbers(12, 4, 2, 2, 1), np.arange(48).reshape(12, 4) % 3, "cnn-lstm", (None, 4, 3)),
        (numbers(12, 4, 20, 2), numbers(12), "cnn-lstm", (None, 1)),
        (numbers(12, 4, 6, 6, 6, 1), numbers(12), "cnn-lstm", (None, 1)),
        ((numbers(12, 4, 8, 8, 3) * 50 + 120).astype(np.uint8), np.arange(12) % 2, "cnn-lstm", (None, 1)),
        (RNG.integers(0, 90, (50, 11)), np.arange(50) % 2, "layers", (None, 1)),
        (RNG.integers(0, 90, (50, 11)), np.arange(550).reshape(50, 11) % 4, "layers", (None, 11, 4)),
    ],
)
def test_arrays_lead_to_the_kind_that_accepts_their_targets(
    x: Any, y: Any, kind: str, output_shape: Any, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    compiled, prepared = guessed(tmp_path / "x.npy", tmp_path)
    assert compiled.plan.kind == kind
    assert compiled.plan.output_shape == output_shape
    assert prepared.data.train.y is not None


def test_lengths_beside_padded_arrays_are_used(tmp_path: Path) -> None:
    np.save(tmp_path / "train_x.npy", numbers(50, 7, 3))
    np.save(tmp_path / "train_y.npy", numbers(50))
    np.save(tmp_path / "lengths.npy", np.full(50, 5))
    _, prepared = guessed(tmp_path / "train_x.npy", tmp_path)
    assert prepared.data.train.valid is not None
    assert prepared.data.train.valid.sum(axis=1).tolist() == [5] * len(prepared.data.train)


def test_paths_in_a_spec_lead_from_the_specs_own_folder(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    data = table(tmp_path / "log.csv", "date,level,flow,valve", forecast())
    spec = tmp_path / "specs" / "spec.yaml"
    assert "path: ../log.csv\n" in new_spec(None, data, spec).text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.npy", numbers(50, 7, 3), "no targets were found in the folder of"),
        ("words.csv", "name\nAnna\nBert\nCarl\n", "has no column of numbers to predict"),
        ("labels.csv", "label\na\nb\na\nb\n", "has no column to predict `label` from"),
        ("empty.csv", "", "is empty"),
        ("header.csv", "a,b\n", "has no rows"),
        ("notes.doc", "a\n", "ends neither in `.npy` nor in one of `.csv`, `.tsv`"),
        ("notes.txt", "a\n", "has no rows"),
    ],
)
def test_a_file_without_sequences_is_refused_with_the_reason(
    name: str, content: Any, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content) if isinstance(content, str) else np.save(path, content)
    with pytest.raises(SpecError) as caught:
        new_spec(None, path, tmp_path / "spec.yaml")
    assert message in caught.value.diagnostics[0].message


def test_an_array_of_single_values_is_refused_with_the_axis_to_add(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", numbers(50, 7))
    np.save(tmp_path / "y.npy", numbers(50))
    with pytest.raises(SpecError) as caught:
        new_spec(None, tmp_path / "x.npy", tmp_path / "spec.yaml")
    assert "x[..., None]" in caught.value.diagnostics[0].help[0]


def test_a_folder_of_clips_leads_to_a_spec_whose_data_load(camera: Any, tmp_path: Path) -> None:
    for label in ("nod", "wave"):
        for clip in range(20):
            camera.images(f"clips/{label}/{clip}", camera.noise(5))
    compiled, prepared = guessed(tmp_path / "clips", tmp_path)
    assert compiled.plan.input_shape == (None, 5, 64, 64, 3)  # as many steps as the clips have
    assert compiled.plan.output_shape == (None, 1)
    assert prepared.data.classes == ("nod", "wave")
    assert [len(part) for part in prepared.data.parts().values()] == [27, 5, 8]


@pytest.mark.parametrize(
    ("file", "codec", "pixels"),
    [
        ("3.mp4", "mpeg4", "yuv420p"),
        ("3.avi", "mpeg4", "yuv420p"),
        ("3.mkv", "ffv1", "bgr0"),  # its header has no number of frames
        ("3.ts", "mpeg2video", "yuv420p"),
    ],
)
def test_the_timesteps_are_the_frames_of_the_shortest_video(
    file: str, codec: str, pixels: str, camera: Any, tmp_path: Path
) -> None:
    for seed in range(2):
        camera.video(f"clips/nod/{seed}.mkv", camera.noise(18, 32, 32, seed))
        camera.video(f"clips/wave/{seed}.mkv", camera.noise(18, 32, 32, seed))
    camera.video(f"clips/wave/{file}", camera.noise(12, 32, 32), codec, pixels)
    compiled, prepared = guessed(tmp_path / "clips", tmp_path)
    assert compiled.plan.input_shape == (None, 12, 64, 64, 3)
    assert len(prepared.data.train) == 5
    assert f"a guess: as many frames as `wave/{file}` has, and their size\n" in (tmp_path / "guessed.yaml").read_text()


def test_the_timesteps_are_the_frames_of_the_shortest_animated_image(camera: Any, tmp_path: Path) -> None:
    from PIL import Image

    for label in ("nod", "wave"):
        frames = [Image.fromarray(frame) for frame in camera.noise(9)]
        (tmp_path / "clips" / label).mkdir(parents=True)
        frames[0].save(tmp_path / "clips" / label / "1.gif", save_all=True, append_images=frames[1:])
    assert guessed(tmp_path / "clips", tmp_path)[0].plan.input_shape == (None, 9, 64, 64, 3)


def test_a_damaged_video_does_not_stop_a_guess(camera: Any, tmp_path: Path) -> None:
    for label in ("nod", "wave"):
        camera.video(f"clips/{label}/1.mkv", camera.noise(7))
    (tmp_path / "clips/wave/2.mp4").write_bytes(b"no video")
    (tmp_path / "clips/wave/3.gif").write_bytes(b"no image")
    text = new_spec(None, tmp_path / "clips", None).text
    assert "timesteps: 7" in text
    assert "has, and their size; the frames of 2 clips are unknown" in text


def test_only_the_smallest_videos_are_opened(camera: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_counts, "MOST_OPENED", 2)
    for label in ("nod", "wave"):
        camera.video(f"clips/{label}/1.mkv", camera.noise(20))
    camera.video("clips/wave/2.mkv", camera.noise(6))
    text = new_spec(None, tmp_path / "clips", None).text
    assert "timesteps: 6" in text
    assert "the frames of 1 clip are unknown" in text


def test_without_the_extra_video_the_spec_says_that_frames_are_unknown(
    camera: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for label in ("nod", "wave"):
        camera.video(f"clips/{label}/1.mkv", camera.noise(7))
    monkeypatch.setitem(sys.modules, "tdcli.data.clips.frame_counts", None)
    text = new_spec(None, tmp_path / "clips", None).text
    assert "timesteps: 16" in text
    assert "a guess: the frames of a clip, and their size; the frames of 2 clips are unknown" in text


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="at least two classes"):
        new_spec(None, tmp_path, None)
