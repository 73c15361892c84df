"""Clips in folders: what is taken for a clip, its frames, the cache, and what is wrong with the files."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from tdcli.data.clips import cache as clip_cache
from tdcli.data.clips import video
from tdcli.data.clips import writer as clip_writer
from tdcli.data.load import LoadRequest, load, prefetch
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.text.errors import ExecutionError, SpecError

HEIGHT, WIDTH = 12, 16
ROTATED_IDENTITY = np.array([0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30], ">i4").tobytes()
IDENTITY = np.array([65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30], ">i4").tobytes()


def classifier(
    timesteps: int | None = 3, height: int = HEIGHT, width: int = WIDTH, channels: int = 3, **rest: Any
) -> Signature:
    """A model that tells two classes of clips apart."""
    shape = (None, timesteps, height, width, channels)
    return Signature("cnn-lstm", shape, (None, rest.pop("units", 2)), **{"activation": "softmax", **rest})


def section(**keys: Any) -> DataSection:
    return read_data_section({"source": "frames", "path": "clips", **keys})


@pytest.fixture
def noisy(camera: Any) -> dict[str, np.ndarray]:
    """Two clips of three frames for each of two classes; the frames by the clips' names."""
    found = {}
    for seed, name in enumerate(("run/1", "run/2", "walk/1", "walk/2")):
        found[name] = camera.noise(3, HEIGHT, WIDTH, seed)
        camera.images(f"clips/{name}", found[name])
    return found


def refused(work: Any, source: DataSection, model: Signature, **split: Any) -> tuple[Any, ...]:
    with pytest.raises(SpecError) as caught:
        work.load(source, model, **split)
    return caught.value.diagnostics


def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a clip is decoded")

    monkeypatch.setattr(clip_writer, "decode_clip", refuse)


def test_images_of_a_folder_are_one_clip_with_its_class_and_its_name(work: Any, noisy: dict[str, np.ndarray]) -> None:
    train = work.load(section(), classifier()).train
    assert train.index.tolist() == list(noisy)
    assert np.array_equal(train.x, np.stack(list(noisy.values())))
    assert train.x.dtype == np.float32
    assert train.y.tolist() == [0, 0, 1, 1]


def test_pixels_go_to_the_range_from_0_to_1_unless_told_otherwise(work: Any, noisy: dict[str, np.ndarray]) -> None:
    scaling = work.load(section(), classifier()).x_scaling
    assert scaling.scaled(np.full((1, 3), 255.0)).tolist() == [[1, 1, 1]]
    assert work.load(section(scale="none"), classifier()).x_scaling is None


def test_frames_come_as_people_count(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    frames = camera.noise(12, HEIGHT, WIDTH)
    camera.images("clips/walk/3", frames)  # frame2.png before frame10.png
    x = work.load(section(sampling="first"), classifier(3)).train.x
    assert np.array_equal(x[-1], frames[:3])


def test_videos_without_loss_are_decoded_exactly(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    frames = camera.noise(3, HEIGHT, WIDTH, seed=9)
    camera.video("clips/walk/3.mkv", frames)
    train = work.load(section(), classifier()).train
    assert train.index[-1] == "walk/3.mkv"
    assert np.array_equal(train.x[-1], frames)


def test_videos_with_loss_are_decoded_to_about_the_same(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    smooth = np.linspace(40, 200, 32)[None, :, None, None] + np.zeros((3, 32, 48, 3))
    camera.video("clips/walk/3.mp4", smooth.astype(np.uint8), "mpeg4", "yuv420p")
    x = work.load(section(), classifier(height=32, width=48)).train.x
    assert np.abs(x[-1] - smooth).mean() < 3


def test_an_animated_image_is_a_clip(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    from PIL import Image

    frames = [Image.fromarray(np.full((HEIGHT, WIDTH), shade, np.uint8)) for shade in (10, 90, 250)]
    frames[0].save(work.folder / "clips/walk/3.gif", save_all=True, append_images=frames[1:])
    x = work.load(section(), classifier()).train.x
    assert x[-1].mean(axis=(1, 2, 3)).tolist() == [10, 90, 250]


def test_a_single_image_is_a_clip_of_one_step(work: Any, camera: Any) -> None:
    frames = camera.noise(4, HEIGHT, WIDTH)
    for place, frame in enumerate(frames):
        camera.image(f"clips/{'ab'[place // 2]}/{place}.png", frame)
    assert np.array_equal(work.load(section(), classifier(1)).train.x[:, 0], frames)


def test_images_stand_upright(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    from PIL import Image

    frame = camera.noise(1, WIDTH, HEIGHT)[0]
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    for place in range(3):
        camera.image(f"clips/walk/3/{place}.png", frame, exif=exif)
    x = work.load(section(), classifier()).train.x
    assert np.array_equal(x[-1, 0], np.rot90(frame, k=-1))


def test_videos_stand_upright(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    levels = np.zeros((3, 32, 32, 3), np.uint8)
    levels[:, :16] = 200  # above
    path = camera.video("clips/walk/3.mp4", levels, "mpeg4", "yuv420p")
    movie, track, rest = path.read_bytes().split(IDENTITY)
    path.write_bytes(movie + IDENTITY + track + ROTATED_IDENTITY + rest)
    x = work.load(section(), classifier(height=32, width=32)).train.x[-1, 0, :, :, 0]
    assert x[:, :12].mean() < 10  # turned by 90 degrees clockwise, what was above is at the right
    assert x[:, 20:].mean() > 190


@pytest.mark.parametrize(
    ("channels", "made"),
    [
        (1, lambda grey: grey),
        (3, lambda grey: np.repeat(grey[..., None], 3, axis=-1)),
        (1, lambda grey: np.dstack([grey, grey, grey, np.full_like(grey, 255)])),
        (1, lambda grey: grey.astype(np.uint16) * 256 + 255),
        (4, lambda grey: np.dstack([grey, grey, grey, np.full_like(grey, 255)])),
    ],
    ids=["grey", "colours", "alpha", "16 bits", "alpha kept"],
)
def test_images_become_as_many_channels_as_the_model_takes(
    work: Any, camera: Any, noisy: dict[str, np.ndarray], channels: int, made: Callable[..., Any]
) -> None:
    grey = camera.noise(1, HEIGHT, WIDTH)[0, :, :, 0]
    for place in range(3):
        camera.image(f"clips/walk/3/{place}.png", made(grey))
    x = work.load(section(), classifier(channels=channels)).train.x
    assert x.shape[-1] == channels
    assert np.array_equal(x[-1, 0, :, :, 0], grey)


def test_what_becomes_one_pixel_is_averaged(work: Any, camera: Any) -> None:
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    for name in ("a/1.png", "b/1.png"):
        camera.image(f"clips/{name}", np.repeat(board[..., None], 3, axis=-1).astype(np.uint8))
    x = work.load(section(), classifier(1, 8, 8)).train.x
    assert np.abs(x - 127.5).max() < 3


@pytest.mark.parametrize(
    ("keys", "positions"),
    [
        ({}, np.linspace(0, 10, 4).round()),
        ({"sampling": "first"}, np.arange(4)),
        ({"every": 2}, np.linspace(0, 5, 4).round() * 2),
        ({"sampling": "first", "every": 3}, np.arange(4) * 3),
    ],
)
@pytest.mark.parametrize("filmed", [True, False])
def test_frames_of_longer_clips_are_sampled(
    work: Any, camera: Any, keys: dict[str, Any], positions: np.ndarray, filmed: bool
) -> None:
    frames = camera.noise(11, HEIGHT, WIDTH)
    for label in ("a", "b"):
        write = camera.video if filmed else camera.images
        write(f"clips/{label}/1{'.mkv' if filmed else ''}", frames)
    x = work.load(section(**keys), classifier(4)).train.x
    assert np.array_equal(x[0], frames[positions.astype(int)])


def test_a_video_that_announces_more_frames_than_it_has_is_sampled_over_those_it_has(
    work: Any, camera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = camera.noise(11, HEIGHT, WIDTH)
    for label in ("a", "b"):
        camera.video(f"clips/{label}/1.mkv", frames)
    monkeypatch.setattr(video, "_count_packets", lambda _: 14)
    x = work.load(section(), classifier(3)).train.x
    assert np.array_equal(x[0], frames[[0, 5, 10]])


def test_hidden_files_are_not_clips_and_others_are_named(work: Any, noisy: dict[str, np.ndarray]) -> None:
    for name in (".DS_Store", "walk/.thumbnail.png", "walk/notes.txt", "labels.csv"):
        (work.folder / "clips" / name).write_text("-", encoding="utf-8")
    data = work.load(section(), classifier())
    assert len(data.train) == 4
    (note,) = data.notes
    assert "`labels.csv`, `walk/notes.txt`" in note


def damage(work: Any, camera: Any) -> list[str]:
    """Write clips that cannot be decoded, each in its own way; return their names."""
    folder = work.folder / "clips/walk"
    whole = camera.image("clips/walk/3.png", camera.noise(1, HEIGHT, WIDTH)[0])
    for name, share in (("4.png", 0.6), ("5.png", 0)):
        (folder / name).write_bytes(whole.read_bytes()[: int(share * whole.stat().st_size)])
    (folder / "6.mp4").write_text("not a video " * 40, encoding="utf-8")
    film = camera.video("clips/walk/7.mkv", camera.noise(30, HEIGHT, WIDTH))
    (folder / "8.mkv").write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    return ["walk/4.png", "walk/5.png", "walk/6.mp4", "walk/8.mkv"]


def test_all_damaged_clips_are_named_with_the_reason(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    names = damage(work, camera)
    summary, *each = refused(work, section(), classifier(1))
    assert summary.message == f"{len(names)} of 10 clips cannot be decoded"
    assert "damaged: skip" in summary.help[0]
    assert [diagnostic.message.split("`")[1] for diagnostic in each] == names
    assert "truncated" in each[0].message
    assert "of 3.0 seconds" in each[3].message  # 30 frames at 10 a second
    assert each[3].span.path == str(work.folder / "clips/walk/8.mkv")


def test_damaged_clips_are_left_out_when_that_is_asked_for(
    work: Any, camera: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = damage(work, camera)
    refused(work, section(), classifier(1))
    no_decoding(monkeypatch)  # what could be decoded is kept
    data = work.load(section(damaged="skip"), classifier(1))
    assert not set(names) & set(data.train.index)
    assert len(data.train) == 6
    assert data.train.y.tolist() == [0, 0, 1, 1, 1, 1]
    assert np.array_equal(data.train.x[:4, 0], [frames[0] for frames in noisy.values()])
    assert "skipped 4 of 10 clips because they are damaged: `walk/4.png`" in data.notes[0]


def test_where_every_clip_is_damaged_nothing_is_left_to_skip_to(work: Any) -> None:
    for name in ("a/1.mp4", "b/1.mp4"):
        path = work.folder / "clips" / name
        path.parent.mkdir(parents=True)
        path.write_text("-", encoding="utf-8")
    first, *_ = refused(work, section(damaged="skip"), classifier())
    assert "none of the clips" in first.message


def test_a_file_that_cannot_be_read_is_not_taken_for_damaged(
    work: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("PIL.Image.open", refuse)
    (diagnostic,) = refused(work, section(damaged="skip"), classifier())
    assert "Permission denied" in diagnostic.message


def test_what_was_decoded_once_is_read_again(
    work: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = work.load(section(), classifier())
    no_decoding(monkeypatch)
    again = work.load(section(), classifier())
    assert np.array_equal(first.train.x, again.train.x)
    assert (work.folder / ".tdcli-cache/.gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize("change", ["time", "size", "name", "new clip", "frame", "timesteps", "sampling"])
def test_what_changed_is_decoded_again(work: Any, camera: Any, noisy: dict[str, np.ndarray], change: str) -> None:
    work.load(section(), classifier())
    file = work.folder / "clips/run/1/frame2.png"
    frames, model, keys = noisy["run/1"].copy(), classifier(), {}
    if change == "time":
        os.utime(file, ns=(0, 1))
    elif change == "size":
        frames[1] = 7
        state = file.stat()
        camera.image("clips/run/1/frame2.png", frames[1])
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    elif change == "name":
        (work.folder / "clips/run/1").rename(work.folder / "clips/run/0")
    elif change == "new clip":
        camera.images("clips/run/0", frames)
    else:
        model = {"frame": classifier(height=6), "timesteps": classifier(2)}.get(change, model)
        keys = {"sampling": "first"} if change == "sampling" else {}
    data = work.load(section(**keys), model)
    assert len([each for each in (work.folder / ".tdcli-cache").iterdir() if each.is_dir()]) == 2
    assert data.train.x.shape[1:] == model.input_shape[1:]
    if model == classifier():
        assert np.array_equal(data.train.x[0], frames)


def test_decoding_that_is_killed_leaves_nothing_that_is_taken_for_whole(
    work: Any, noisy: dict[str, np.ndarray]
) -> None:
    def killed(progress: Any) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prefetch(section(), work.folder, classifier(), killed)
    assert np.array_equal(work.load(section(), classifier()).train.x, np.stack(list(noisy.values())))


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:40]), os.truncate])
@pytest.mark.parametrize("name", ["frames.npy", "labels.npy", "lengths.npy", "names.npy", "damaged.json"])
def test_clips_of_a_damaged_cache_are_decoded_again(
    name: str, damage: Callable[..., Any], work: Any, noisy: dict[str, np.ndarray]
) -> None:
    before = np.array(work.load(section(), classifier()).train.x)
    (folder,) = (each for each in (work.folder / ".tdcli-cache").iterdir() if each.is_dir())
    damage(folder / name, *([0] if damage is os.truncate else []))
    if name == "damaged.json" and (folder / name).is_file():
        (folder / name).write_text("[", encoding="utf-8")
    assert np.array_equal(work.load(section(), classifier()).train.x, before)


def test_two_who_ask_at_once_decode_each_clip_once(
    work: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded, decode = [], clip_writer.decode_clip

    def noted(clip: Any, form: Any) -> np.ndarray:
        decoded.append(clip.name)
        return decode(clip, form)

    monkeypatch.setattr(clip_writer, "decode_clip", noted)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: work.load(section(), classifier()), range(2))
    assert sorted(decoded) == sorted(noisy)
    assert np.array_equal(one.train.x, other.train.x)


def test_how_many_clips_are_decoded_is_told_and_nothing_where_all_are(work: Any, noisy: dict[str, np.ndarray]) -> None:
    told = []
    for _ in range(2):
        prefetch(section(), work.folder, classifier(), told.append)
    assert [(each.done, each.total) for each in told] == [(done, 4) for done in range(5)]
    assert told[-1].summary == "decoded 4 of 4 clips"


def test_loading_tells_how_far_it_is_where_nothing_was_decoded_before(work: Any, noisy: dict[str, np.ndarray]) -> None:
    told = []
    load(section(), LoadRequest(work.folder, classifier(), Split(), 0, progress=told.append))
    assert [(each.done, each.activity) for each in told] == [(done, "decoding clips") for done in range(5)]


def test_a_cache_that_cannot_be_written_is_reported_with_what_to_write(work: Any, noisy: dict[str, np.ndarray]) -> None:
    (work.folder / "file").write_text("-", encoding="utf-8")
    with pytest.raises(ExecutionError) as caught:
        work.load(section(cache="file/cache"), classifier())
    (diagnostic,) = caught.value.diagnostics
    assert "data.cache" in diagnostic.help[0]


def test_a_cache_that_does_not_fit_the_disk_is_not_begun(
    work: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10_000, 5_000, 5_000))
    with pytest.raises(ExecutionError) as caught:
        work.load(section(), classifier())
    wanted = 4 * 3 * HEIGHT * WIDTH * 3
    assert f"{wanted / 1000:.3g} kB" in caught.value.diagnostics[0].message


def test_clips_that_are_too_short_are_refused_with_their_length(
    work: Any, camera: Any, noisy: dict[str, np.ndarray]
) -> None:
    camera.video("clips/walk/3.mkv", camera.noise(2, HEIGHT, WIDTH))
    (diagnostic,) = refused(work, section(), classifier())
    assert diagnostic.name == "timesteps-mismatch"
    assert diagnostic.message == "`walk/3.mkv` has 2 frames, but the model takes 3"
    assert "timesteps: 2" in diagnostic.help[0]
    assert "padding: -1" in diagnostic.help[1]


def test_clips_that_are_too_short_are_padded_where_the_model_masks_that(
    work: Any, camera: Any, noisy: dict[str, np.ndarray]
) -> None:
    frames = camera.noise(2, HEIGHT, WIDTH)
    camera.video("clips/walk/3.mkv", frames)
    train = work.load(section(padding=-1), classifier(mask_value=-1.0)).train
    assert train.valid.tolist() == [[True] * 3] * 4 + [[True, True, False]]
    assert np.array_equal(train.x[-1, :2], frames)
    assert (train.x[-1, 2] == -1).all()


def test_clips_can_stay_in_the_cache_until_they_are_read(work: Any, noisy: dict[str, np.ndarray]) -> None:
    kept = work.load(section(stream=True), classifier()).train.x
    assert kept.streamed
    assert np.array_equal(np.asarray(kept), np.stack(list(noisy.values())))


def test_classes_come_as_people_count_or_as_listed(work: Any, camera: Any) -> None:
    for label in ("class10", "class9"):
        camera.images(f"clips/{label}/1", camera.noise(1, HEIGHT, WIDTH))
    model = classifier(1)
    assert work.load(section(), model).classes == ("class9", "class10")
    data = work.load(section(classes=["class10", "class9"]), model)
    assert data.classes == ("class10", "class9")
    assert dict(zip(data.train.index, data.train.y, strict=True)) == {"class10/1": 0, "class9/1": 1}


def test_parts_may_have_folders_of_their_own(work: Any, camera: Any, noisy: dict[str, np.ndarray]) -> None:
    frames = camera.noise(3, HEIGHT, WIDTH, seed=8)
    for label in ("run", "walk"):
        camera.images(f"other/{label}/1", frames)
    data = work.load(section(test="other"), classifier(), validation=0.5, stratify=True, by="given")
    assert (len(data.train), len(data.validation), len(data.test)) == (2, 2, 2)
    assert data.test.index.tolist() == ["run/1", "walk/1"]
    assert np.array_equal(data.test.x[0], frames)
    assert sorted([*data.train.index, *data.validation.index]) == sorted(noisy)


LEARNT = {"classes": ["run", "walk"]}


def trained(work: Any, **keys: Any) -> DataSection:
    """The section as a run keeps it: its paths are absolute."""
    return section(path=str(work.folder / "clips"), **keys)


def test_another_folder_is_read_with_its_classes(work: Any, camera: Any) -> None:
    camera.images("new/walk/1", camera.noise(3, HEIGHT, WIDTH))
    part = work.load_file(trained(work), work.folder / "new", classifier(), LEARNT)
    assert part.y.tolist() == [1]
    assert part.index.tolist() == ["walk/1"]


def test_clips_without_classes_are_read_for_predictions(work: Any, camera: Any) -> None:
    frames = camera.noise(3, HEIGHT, WIDTH)
    camera.images("new/b", frames)
    camera.video("new/a.mkv", frames)
    part = work.load_file(trained(work), work.folder / "new", classifier(), LEARNT, future=True)
    assert part.y is None
    assert part.index.tolist() == ["a.mkv", "b"]
    assert np.array_equal(part.x, np.stack([frames, frames]))


@pytest.mark.parametrize(
    ("timesteps", "names", "labels"),
    [(1, ["run/1.png", "run/2.png", "walk/1.png", "walk/2.png"], [0, 0, 1, 1]), (2, ["run", "walk"], None)],
)
def test_folders_of_images_are_clips_unless_an_image_is_one(
    work: Any, camera: Any, timesteps: int, names: list[str], labels: list[int] | None
) -> None:
    for label in ("run", "walk"):
        for place in (1, 2):
            camera.image(f"new/{label}/{place}.png", camera.noise(1, HEIGHT, WIDTH)[0])
    part = work.load_file(trained(work), work.folder / "new", classifier(timesteps), LEARNT)
    assert part.index.tolist() == names
    assert (None if part.y is None else part.y.tolist()) == labels


def test_classes_that_nothing_was_trained_on_are_named(work: Any, camera: Any) -> None:
    camera.images("new/swim/1", camera.noise(3, HEIGHT, WIDTH))
    with pytest.raises(SpecError, match="not in the training set: `swim`"):
        work.load_file(trained(work), work.folder / "new", classifier(), LEARNT)
    assert len(work.load_file(trained(work), work.folder / "new", classifier(), LEARNT, future=True)) == 1


def test_a_single_file_is_read_for_predictions(work: Any, camera: Any) -> None:
    path = camera.video("new.mkv", camera.noise(3, HEIGHT, WIDTH))
    assert work.load_file(trained(work), path, classifier(), LEARNT, future=True).index.tolist() == ["new.mkv"]


def test_targets_of_other_clips_are_their_folders(work: Any, noisy: dict[str, np.ndarray]) -> None:
    with pytest.raises(SpecError, match="--targets"):
        work.load_file(trained(work), work.folder / "clips", classifier(), LEARNT, work.folder / "y.npy")


@pytest.mark.parametrize(
    ("keys", "model", "way", "message"),
    [
        ({"path": "clisp"}, {}, "path", "cannot read the folder"),
        ({"path": "empty"}, {}, "path", "no folders, but a model needs at least two classes"),
        ({"path": "clips/run"}, {}, "path", "`1/frame1.png` has 1 frame"),
        ({"path": "hollow"}, {}, "path", "hollow/b` has no videos, images or folders of images"),
        ({"test": "one"}, {}, "test", "one folder, `run`"),
        ({"test": "strange"}, {}, "test", "classes that the training set does not have: `swim`"),
        ({}, {"units": 3}, "path", "the data has 2 classes, but the model distinguishes 3"),
        ({}, {"activation": None}, "path", "the model outputs numbers, not classes"),
        (
            {"classes": ["run", "jump"]},
            {},
            "classes",
            "`classes` lists `run`, `jump`, but the folders are `run`, `walk`",
        ),
        ({}, {"timesteps": 4}, "path", "`run/1` has 3 frames, but the model takes 4; 3 more clips are too short"),
        ({"every": 2}, {}, "path", "`run/1` has 2 frames, but the model takes 3; 3 more clips are too short"),
        ({}, {"timesteps": None}, "source", "a fixed number of frames"),
        ({}, {"channels": 2}, "source", "1, 3 or 4 channels, but the model takes [12, 16, 2]"),
    ],
)
def test_what_does_not_fit_is_reported_before_a_clip_is_opened(
    work: Any,
    noisy: dict[str, np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
    keys: dict[str, Any],
    model: dict[str, Any],
    way: str,
    message: str,
) -> None:
    no_decoding(monkeypatch)
    for name in ("empty", "hollow/b"):
        (work.folder / name).mkdir(parents=True)
    shutil.copytree(work.folder / "clips/run", work.folder / "hollow/a")
    shutil.copytree(work.folder / "clips/run", work.folder / "one/run")
    for label in ("run", "walk", "swim"):
        shutil.copytree(work.folder / "clips/run", work.folder / "strange" / label)
    found = work.diagnostics(section(**keys), classifier(**model))
    assert message in found[0].message
    assert found[0].key_path == (way,)
    assert found[0].help


@pytest.mark.parametrize("shape", [(None, 3, 16, 2), (None, 3, 4, 4, 4, 1)])
def test_frames_of_other_than_three_sizes_are_refused(
    work: Any, noisy: dict[str, np.ndarray], shape: tuple[int | None, ...]
) -> None:
    found = work.diagnostics(section(), Signature("cnn-lstm", shape, (None, 2), activation="softmax"))
    assert "a height, a width and 1, 3 or 4 channels" in found[0].message


def test_an_answer_at_every_step_is_refused(work: Any, noisy: dict[str, np.ndarray]) -> None:
    model = Signature("cnn-lstm", (None, 3, HEIGHT, WIDTH, 3), (None, 3, 2), activation="softmax")
    assert (
        "each clip has one class, but the model outputs one per timestep"
        in work.diagnostics(section(), model)[0].message
    )


def test_another_folder_tells_which_of_its_clips_are_left_out(work: Any, camera: Any) -> None:
    camera.images("new/walk/1", camera.noise(3, HEIGHT, WIDTH))
    (work.folder / "new/walk/2.mp4").write_text("no video", encoding="utf-8")
    (work.folder / "new/walk/notes.txt").write_text("-", encoding="utf-8")
    part = work.load_file(trained(work, damaged="skip"), work.folder / "new", classifier(), LEARNT)
    damaged, others = part.take(np.array([0])).notes
    assert damaged == "skipped 1 of 2 clips because they are damaged: `walk/2.mp4`"
    assert others.endswith("`walk/notes.txt`")


def test_a_folder_of_images_alone_is_one_clip_where_the_model_takes_several_frames(work: Any, camera: Any) -> None:
    frames = camera.noise(3, HEIGHT, WIDTH)
    camera.images("new", frames)
    one = work.load_file(trained(work), work.folder / "new", classifier(), LEARNT, future=True)
    assert one.index.tolist() == ["new"]
    assert np.array_equal(one.x[0], frames)
    each = work.load_file(trained(work), work.folder / "new", classifier(1), LEARNT, future=True)
    assert each.index.tolist() == ["frame1.png", "frame2.png", "frame3.png"]


def test_images_beside_other_clips_are_clips_of_one_frame(work: Any, camera: Any) -> None:
    camera.images("new", camera.noise(1, HEIGHT, WIDTH))
    camera.images("new/next", camera.noise(3, HEIGHT, WIDTH))
    part = work.load_file(
        trained(work, padding=-1), work.folder / "new", classifier(mask_value=-1.0), LEARNT, future=True
    )
    assert part.index.tolist() == ["frame1.png", "next"]
    assert part.valid.sum(axis=1).tolist() == [1, 3]


def refused_other(work: Any, name: str, **keys: Any) -> tuple[Any, ...]:
    with pytest.raises(SpecError) as caught:
        work.load_file(trained(work, **keys), work.folder / name, classifier(), LEARNT, future=True)
    return caught.value.diagnostics


def test_a_file_that_is_not_a_clip_is_reported_before_anything_is_decoded(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_decoding(monkeypatch)
    path = work.write("notes.txt", "-")
    (diagnostic,) = refused_other(work, "notes.txt")
    assert diagnostic.message == f"`{path}` is neither a video nor an image"


def test_a_single_clip_that_cannot_be_decoded_is_named_itself(work: Any) -> None:
    path = work.write("new.mp4", "no video")
    first, _ = refused_other(work, "new.mp4", damaged="skip")
    assert first.message == f"none of the clips in `{path}` can be decoded"


def test_another_folder_that_is_missing_is_looked_for_in_the_working_directory(work: Any) -> None:
    (diagnostic,) = refused_other(work, "nix")
    assert diagnostic.help == ("write the path relative to the working directory",)


def test_what_to_do_about_other_clips_leaves_the_trained_model_as_it_is(work: Any, camera: Any) -> None:
    work.write("new.mp4", "no video")
    camera.images("short/1", camera.noise(2, HEIGHT, WIDTH))
    camera.images("short/2.frames", camera.noise(3, HEIGHT, WIDTH))
    for name in ("new.mp4", "short"):
        first, *_ = refused_other(work, name)
        assert first.help
        assert not any(word in help for help in first.help for word in ("timesteps", "padding", "skip"))


def test_short_clips_of_another_part_point_at_its_own_folder(
    work: Any, camera: Any, noisy: dict[str, np.ndarray]
) -> None:
    for label in ("run", "walk"):
        camera.video(f"other/{label}/1.mkv", camera.noise(2, HEIGHT, WIDTH))
    (diagnostic,) = refused(work, section(test="other"), classifier(), by="given", stratify=True)
    assert diagnostic.span.path == str(work.folder / "other/run/1.mkv")


def test_other_clips_are_decoded_into_the_cache_of_those_that_were_trained_on(
    work: Any, camera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera.images("elsewhere/new/walk/1", camera.noise(3, HEIGHT, WIDTH))
    for keys, cache in (({}, ".tdcli-cache"), ({"cache": str(work.folder / "decoded")}, "decoded")):
        work.load_file(trained(work, **keys), work.folder / "elsewhere/new", classifier(), LEARNT)
        assert (work.folder / cache / ".gitignore").is_file()
    assert [each.name for each in (work.folder / "elsewhere").iterdir()] == ["new"]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder for what is temporary."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    clip_cache._temporary_cache.cache_clear()
    yield tmp_path / "temporary"
    clip_cache._temporary_cache.cache_clear()


def test_other_clips_go_to_a_temporary_folder_where_that_cache_cannot_be_written(
    work: Any, camera: Any, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = camera.noise(3, HEIGHT, WIDTH)
    camera.images("new/walk/1", frames)
    gone = section(path=str(work.folder / "gone/clips"))
    assert np.array_equal(work.load_file(gone, work.folder / "new", classifier(), LEARNT).x[0], frames)
    assert not (work.folder / "gone").exists()
    assert len(list(temporary.iterdir())) == 1
    no_decoding(monkeypatch)  # one folder serves the whole process
    work.load_file(gone, work.folder / "new", classifier(), LEARNT)


@pytest.mark.parametrize("labels", [(), ("run",)])
def test_fewer_than_two_classes_say_nothing_of_the_outputs(work: Any, camera: Any, labels: tuple[str, ...]) -> None:
    (work.folder / "clips").mkdir()
    for label in labels:
        camera.images(f"clips/{label}/1", camera.noise(3, HEIGHT, WIDTH))
    header = section().inspect(work.folder)
    assert len(header.diagnostics) == 1
    assert section(classes=["run", "walk"]).check(header, classifier()) == ()


@pytest.mark.parametrize("name", ["walk/3.mp4", "walk/2/frame9.png"])
def test_a_link_to_nothing_is_a_damaged_clip(work: Any, noisy: dict[str, np.ndarray], name: str) -> None:
    (work.folder / "clips" / name).symlink_to(work.folder / "gone")
    (diagnostic,) = section().inspect(work.folder).diagnostics
    assert diagnostic.key_path == ("path",)
    assert f"{name}` is a link to a file that does not exist" in diagnostic.message
    assert "damaged: skip" in diagnostic.help[0]
    assert section(damaged="skip").inspect(work.folder).diagnostics == ()
    data = work.load(section(damaged="skip", sampling="first"), classifier())
    damaged = "walk/3.mp4" if name == "walk/3.mp4" else "walk/2"
    assert data.train.index.tolist() == [each for each in noisy if each != damaged]
    assert f"because they are damaged: `{damaged}`" in data.notes[0]


def test_all_files_are_on_the_disk_before_the_folder_is_taken_for_whole(
    work: Any, noisy: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = set()
    monkeypatch.setattr(os, "fsync", lambda handle: synced.add(os.fstat(handle).st_ino))
    work.load(section(), classifier())
    (folder,) = (each for each in (work.folder / ".tdcli-cache").iterdir() if each.is_dir())
    assert {each.stat().st_ino for each in folder.iterdir()} <= synced
