"""Look up the extras of this installation, as `pyproject.toml` declares them."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

from tdcli.text.errors import SpecError

USER_EXTRAS = ("plot", "video", "tensorboard", "mlflow", "onnx", "litert", "tune", "excel")
"""The extras for users. The others are for the development of tdcli."""


@dataclass(frozen=True)
class Extra:
    """An extra. packages: the version of each package, None if it is missing."""

    name: str
    packages: dict[str, str | None]

    @property
    def is_installed(self) -> bool:
        """Whether all its packages are installed."""
        return None not in self.packages.values()

    @property
    def command(self) -> str:
        """The command that installs it."""
        return f'pip install "tdcli[{self.name}]"'


def user_extras() -> tuple[Extra, ...]:
    """Return the extras for users, as the installed package declares them."""
    declared = set(metadata("tdcli").get_all("Provides-Extra") or ())
    return tuple(Extra(name, _packages(name)) for name in USER_EXTRAS if name in declared)


def require_extra(name: str, what: str) -> None:
    """Raise SpecError with the install command if an extra of that name exists and is not installed."""
    extra = next((extra for extra in user_extras() if extra.name == name), None)
    if extra and not extra.is_installed:
        missing = ", ".join(package for package, installed in sorted(extra.packages.items()) if installed is None)
        message = f"{what} needs {missing}, which is not installed"
        raise SpecError.of("missing-extra", message, f"run `{extra.command}`")


def _packages(extra: str) -> dict[str, str | None]:
    requirements = map(Requirement, requires("tdcli") or ())
    own = (package for package in requirements if package.marker and package.marker.evaluate({"extra": extra}))
    return {package.name: _version(package.name) for package in own}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
