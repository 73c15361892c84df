"""The optional extras of this installation: what `pyproject.toml` offers, and what of it is there."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

from tdcli.text.diagnostic import UserError

FOR_USERS = ("plot", "video", "tensorboard", "mlflow", "onnx", "litert", "tune", "excel")
"""Those that add something to the command line; the others are for work on tdcli itself."""


@dataclass(frozen=True)
class Extra:
    """An extra: the version of each of its packages, None where it is missing."""

    name: str
    packages: dict[str, str | None]

    @property
    def is_present(self) -> bool:
        """Whether all its packages are installed."""
        return None not in self.packages.values()

    @property
    def command(self) -> str:
        """The command that installs it."""
        return f'pip install "tdcli[{self.name}]"'


def extras() -> tuple[Extra, ...]:
    """Return the extras for users, as the installed package declares them."""
    declared = set(metadata("tdcli").get_all("Provides-Extra") or ())
    return tuple(Extra(name, _packages(name)) for name in FOR_USERS if name in declared)


def needs_extra(name: str, what: str) -> None:
    """Raise UserError with the command that installs an extra, where there is one of that name and it is missing."""
    extra = next((each for each in extras() if each.name == name), None)
    if extra and not extra.is_present:
        missing = ", ".join(package for package, found in sorted(extra.packages.items()) if found is None)
        message = f"{what} needs {missing}, which is not installed"
        raise UserError.of("missing-extra", message, f"run `{extra.command}`")


def _packages(extra: str) -> dict[str, str | None]:
    requirements = map(Requirement, requires("tdcli") or ())
    own = (each for each in requirements if each.marker and each.marker.evaluate({"extra": extra}))
    return {each.name: _version(each.name) for each in own}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
