"""Print the installed packages that tdcli does not need to run."""

import sys
from importlib.metadata import PackageNotFoundError, distributions, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(name: str, found: set[str]) -> None:
    """Add a package and all that it needs, without extras."""
    if name in found:
        return
    found.add(name)
    try:
        requirements = [Requirement(text) for text in requires(name) or ()]
    except PackageNotFoundError:
        return
    for requirement in requirements:
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed(canonicalize_name(requirement.name), found)


kept = {"pip"}
needed("tdcli", kept)
installed = {canonicalize_name(each.metadata["Name"]) for each in distributions()}
sys.stdout.write("\n".join(sorted(installed - kept)) + "\n")
