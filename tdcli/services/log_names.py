"""The names behind `--log`, judged before anything is loaded."""

from collections.abc import Sequence

from tdcli.services.extras import needs_extra
from tdcli.text.diagnostic import UserError
from tdcli.text.folder import modules
from tdcli.text.nearest import suggestion

PACKAGE = "tdcli.loggers"


def check_logs(wanted: Sequence[str]) -> None:
    """Raise UserError where a logger is not known, or not installed."""
    for each in wanted:
        name = each.partition(":")[0]
        if name not in modules(PACKAGE):
            raise UserError.of("wrong-option", f"there is no log `{name}`", suggestion(name, modules(PACKAGE)))
        needs_extra(name, f"`--log {name}`")
