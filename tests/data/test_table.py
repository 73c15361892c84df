"""What both layouts share: encodings, missing cells, scaling, files of their own for parts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection
from tdcli.sources.tables.cell_advice import CellAdvice
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError

NUMBERS = "v,w\n1,10\n2,20\n3,30\n4,40\n50,50\n60,60\n"


def refused(work: Any, section: DataSection, signature: Signature, **split: Any) -> Any:
    with pytest.raises(SpecError) as caught:
        work.load(section, signature, **split)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_standard_scaling_is_fitted_on_the_training_part_alone(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(NUMBERS, target="v")
    data = work.load(section, model(features=2), train=4, test="rest")
    windows = np.array([[1, 10], [2, 20], [3, 30]])  # the fourth row is a target only
    assert np.allclose(data.x_scaling.mean, windows.mean(axis=0))
    assert np.allclose(data.x_scaling.variance, windows.var(axis=0))
    assert np.allclose(data.y_scaling.mean, [3])
    assert np.allclose(data.y_scaling.variance, [2 / 3])
    assert np.asarray(data.train.x)[0, 0].tolist() == [1, 10]  # parts stay in the data's units


def test_columns_can_be_scaled_each_in_its_way(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("a,b,c,v\n2,7,1,0\n4,7,2,1\n6,7,3,2\n9,9,9,9\n", target="v", scale={"a": "minmax", "c": "none"})
    data = work.load(section, model(features=4))
    assert data.x_scaling.mean[:3].tolist() == [2, 7, 0]
    assert data.x_scaling.variance[:3].tolist() == [16, 1, 1]  # b never varies
    assert data.x_scaling.scaled(data.train.x)[:, 0, 0].tolist() == [0, 0.5, 1]


def test_the_target_is_scaled_only_for_linear_outputs(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(NUMBERS, target="v")
    assert work.load(section, model(features=2, activation="linear")).y_scaling is not None
    assert work.load(section, model(features=2, activation="relu")).y_scaling is None


def test_a_change_is_scaled_by_the_changes(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(work.csv(NUMBERS, target="v", target_change=True), model(features=2), train=4, test=2)
    assert data.target_change
    assert data.y_scaling.mean.tolist() == [1]  # 1 to 2, 2 to 3, 3 to 4
    assert data.y_scaling.variance.tolist() == [1]
    assert data.train.y.tolist() == [[2], [3], [4]]  # y itself stays the value


def test_texts_become_one_hot_columns_learnt_on_the_training_part(work: Any, model: Callable[..., Signature]) -> None:
    text = "v,wind\n1,SE\n2,NW\n3,SE\n4,NW\n5,SE\n6,NW\n"
    section = work.csv(text, target="v", encode={"wind": "one-hot"})
    data = work.load(section, model(features=3), train=4, test="rest")
    assert data.feature_names == ("v", "wind=NW", "wind=SE")
    assert np.asarray(data.train.x)[:, 0].tolist() == [[1, 0, 1], [2, 1, 0], [3, 0, 1]]
    assert data.x_scaling.mean[1:].tolist() == [0, 0]
    assert data.x_scaling.variance[1:].tolist() == [1, 1]
    assert json.loads(json.dumps(data.fitted))["values"] == {"wind": ["NW", "SE"]}


def test_listed_values_give_the_codes_and_the_number_of_features(work: Any, model: Callable[..., Signature]) -> None:
    encode = {"wind": {"as": "integer", "values": ("SE", "NW"), "unknown": "ignore"}}
    section = work.csv("v,wind\n1,SE\n2,NW\n3,calm\n4,SE\n", target="v", encode=encode, scale="none")
    assert section.inspect(work.folder).x_shape == (None, None, 2)
    assert np.asarray(work.load(section, model(features=2)).train.x)[:, 0, 1].tolist() == [0, 1, 2]
    one_hot = {"wind": {"as": "one-hot", "values": ("SE", "NW"), "unknown": "ignore"}}
    section = work.csv("v,wind\n1,SE\n2,calm\n4,SE\n", target="v", encode=one_hot, scale="none")
    assert section.inspect(work.folder).x_shape == (None, None, 3)
    assert np.asarray(work.load(section, model(features=3)).train.x)[:, 0].tolist() == [[1, 1, 0], [2, 0, 0]]


def test_a_text_that_the_training_part_never_showed_is_named_by_its_cell(
    work: Any, model: Callable[..., Signature]
) -> None:
    text = "v,wind\n1,SE\n2,NW\n3,SE\n4,NW\n5,cv\n6,NW\n"
    section = work.csv(text, target="v", encode={"wind": "one-hot"})
    diagnostic = refused(work, section, model(features=3), train=4, test="rest")
    assert diagnostic.message == "line 6, column `wind` of `table.csv` contains the unknown value `cv`"
    assert diagnostic.help == ("write `encode: {wind: {as: one-hot, unknown: ignore}}`, or list all `values`",)
    assert diagnostic.span == Span(str(work.folder / "table.csv"), 6)


def test_of_many_known_texts_a_few_are_listed(work: Any, model: Callable[..., Signature]) -> None:
    text = "v,day\n" + "".join(f"{row},d{row}\n" for row in range(40))
    section = work.csv(text, target="v", encode={"day": "integer"})
    diagnostic = refused(work, section, model(features=2), train=30, test="rest")
    assert diagnostic.why.startswith("the known values are `d0`, `d1`, `d10`")
    assert "`d19` and 17 more, from the training set" in diagnostic.why


def test_an_encoding_that_gives_other_features_than_the_model_has_is_refused_when_fitted(
    work: Any, model: Callable[..., Signature]
) -> None:
    section = work.csv("v,wind\n1,SE\n2,NW\n3,SE\n", target="v", encode={"wind": "one-hot"})
    diagnostic = refused(work, section, model(features=5))
    assert diagnostic.message == "the model is built for 5 features, but the data has 3"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (7, [1, 7, 7, 4, 5]),
        ("forward-fill", [1, 1, 1, 4, 5]),
        ("interpolate", [1, 1, 1, 4, 5]),  # no window of one row tells the next measured value
        ({"v": 0}, [1, 0, 0, 4, 5]),
    ],
)
def test_missing_cells_are_filled_as_asked(
    work: Any, model: Callable[..., Signature], policy: Any, expected: list[int]
) -> None:
    text = "v,y\n1,0\nNA,0\n,0\n4,0\n5,0\n9,0\n"
    section = work.csv(text, features=("v",), target="y", na_values=("NA",), missing=policy, scale="none")
    assert np.asarray(work.load(section, model()).train.x).ravel().tolist() == expected


def test_a_window_interpolates_between_the_rows_that_it_holds(work: Any, model: Callable[..., Signature]) -> None:
    text = "v,y\n1,0\n,0\n,0\n4,0\n5,0\n"
    section = work.csv(text, features=("v",), target="y", missing="interpolate", scale="none")
    windows = np.asarray(work.load(section, model(timesteps=3)).train.x)[..., 0]
    assert windows.tolist() == [[1, 1, 1], [2, 3, 4]]
    (whole,) = np.asarray(work.load(section, model(timesteps=4)).train.x)[..., 0]
    assert whole.tolist() == [1, 2, 3, 4]


def test_fills_stay_within_a_group(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("g,v\na,1\na,2\nb,\nb,4\n", target="v", group="g", missing="forward-fill")
    diagnostic = refused(work, section, model())
    assert diagnostic.message == "line 4, column `v` of `table.csv` has no value"


def test_blank_lines_at_the_end_are_not_rows(work: Any, model: Callable[..., Signature]) -> None:
    assert len(work.load(work.csv("v,w\n1,1\n2,2\n\n\n", target="v"), model(features=2)).train) == 1


def test_skipped_rows_are_not_read(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("v\nmetres\n1\n2\n3\n", target="v", skip=1)
    assert work.load(section, model()).train.index.tolist() == [4, 5]


def test_line_breaks_within_quotes_are_counted(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv('note,v\n"two\nlines",1\nx,bad\n', target="v", features=("v",))
    assert refused(work, section, model()).span.line == 4


def test_parts_with_files_of_their_own_are_read_with_what_train_taught(
    work: Any, model: Callable[..., Signature]
) -> None:
    work.write("test.csv", "v,wind\n7,SE\n8,NW\n")
    section = work.csv("v,wind\n1,NW\n2,SE\n3,SE\n4,SE\n", target="v", encode={"wind": "one-hot"}, test="test.csv")
    data = work.load(section, model(features=3), by="given")
    assert np.asarray(data.test.x)[:, 0].tolist() == [[7, 0, 1]]
    assert len(data.train) == 3
    assert [path.name for path in data.files] == ["table.csv", "test.csv"]


@pytest.mark.parametrize(
    ("test_file", "split", "message"),
    [
        (None, {"by": "given"}, "`by: given` needs a separate file for the validation or test set"),
        ("table.csv", {"test": 0.2}, "both `data` and `split` define the test set"),
        (None, {"by": "group", "group": "w"}, "`w` is the group of the split, so it cannot be a feature"),
    ],
)
def test_a_split_that_contradicts_the_data_is_refused(
    work: Any, model: Callable[..., Signature], test_file: str | None, split: dict[str, Any], message: str
) -> None:
    diagnostic = refused(work, work.csv(NUMBERS, target="v", test=test_file), model(features=2), **split)
    assert (diagnostic.name, diagnostic.message) == ("split-mismatch", message)


@pytest.mark.parametrize(
    ("text", "name", "message", "line"),
    [
        ("v,w\n1,1\n2,\n,3\n", "missing-cell", "line 3, column `w` of `table.csv` has no value", 3),
        (
            "v,w\n1,1\n2,NA\n",
            "not-a-number",
            "line 3, column `w` of `table.csv` contains `NA`, which is not a number",
            3,
        ),
        (
            "v,w\n1,inf\n2,2\n",
            "not-finite",
            "line 2, column `w` of `table.csv` contains `inf`, which is not a finite number",
            2,
        ),
        (
            "v,w\n1,NaN\n2,2\n",
            "not-finite",
            "line 2, column `w` of `table.csv` contains `NaN`, which is not a finite number",
            2,
        ),
        (
            "v,w\n1,1e39\n2,2\n",
            "not-finite",
            "line 2, column `w` of `table.csv` contains `1e39`, which is not a finite number",
            2,
        ),
        ("v,w\n1,1\n2\n", "missing-cell", "line 3, column `w` of `table.csv` has no value", 3),
    ],
)
def test_the_first_bad_cell_is_named_by_line_and_column(
    work: Any, model: Callable[..., Signature], text: str, name: str, message: str, line: int
) -> None:
    diagnostic = refused(work, work.csv(text, target="v"), model(features=2))
    assert (diagnostic.name, diagnostic.message) == (name, message)
    assert diagnostic.span == Span(str(work.folder / "table.csv"), line)
    assert diagnostic.help


def test_a_line_with_too_many_cells_is_named(work: Any, model: Callable[..., Signature]) -> None:
    diagnostic = refused(work, work.csv("v,w\n1,1\n2,2,2\n", target="v"), model(features=2))
    assert diagnostic.message == f"line 3 of `{work.folder / 'table.csv'}` has 3 cells, but the header has 2"


def test_text_that_is_not_utf_8_is_refused(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("v,w\n1,1\n", target="v")
    (work.folder / "table.csv").write_bytes(b"v,w\n1,\xff\n2,2\n")
    diagnostic = refused(work, section, model(features=2))
    assert "is not UTF-8 text" in diagnostic.message


def test_a_table_without_rows_is_refused(work: Any, model: Callable[..., Signature]) -> None:
    diagnostic = refused(work, work.csv("v,w\n", target="v"), model(features=2))
    assert diagnostic.message == f"`{work.folder / 'table.csv'}` has no rows"


def test_a_row_without_its_order_or_group_is_refused(work: Any, model: Callable[..., Signature]) -> None:
    diagnostic = refused(work, work.csv("t,v\n1,1\n,2\n", target="v", order="t"), model())
    assert diagnostic.message == "line 3, column `t` of `table.csv` is empty, but the column orders or groups the rows"


def test_targets_beside_a_table_are_refused(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(NUMBERS, target="v")
    learnt = work.load(section, model(features=2)).fitted
    with pytest.raises(SpecError, match=r"`--targets y.npy` cannot be used with a table"):
        work.load_file(section, work.folder / "table.csv", model(features=2), learnt, Path("y.npy"))


@pytest.mark.parametrize(
    ("keys", "help"),
    [
        ({}, ("if it is the time of a row: `time: when`", "or ignore the column: `ignore: [when]`")),
        ({"lists_features": True}, ("if it is the time of a row: `time: when` and `features: [load]`",)),
        ({"has_time": True}, ("ignore the column: `ignore: [when]`",)),
    ],
)
def test_a_date_among_the_features_is_taken_for_the_time_of_its_row(
    keys: dict[str, bool], help: tuple[str, ...]
) -> None:
    advice = CellAdvice(features=("when", "load"), **keys)
    assert advice.on_text("2021-01-31 05:00", "when", 2, Path("none.csv")) == help
