"""Run the command line: `tdcli`, or `python -m tdcli`."""

import gc
import os

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Imports make many objects and hardly any garbage; Python looks for it after every 700."""


def prepare_process() -> None:
    """Set what libraries read when they are imported. Only a process of the command line's own may."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # it would search all installed packages for them
    # Polars gives memory back at once, not after half a second: of 10 million rows it would hold a third more.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")


def main() -> None:
    """Import the commands and run one; what only slows the start is put off or left out."""
    prepare_process()
    if "TDCLI_ENDS_WITH_ANOTHER" in os.environ:
        from tdcli.services.machine.processes import exit_with_parent

        exit_with_parent()
    from tdcli.cli.streams import prepare_streams

    prepare_streams()
    from tdcli.cli.app import main as run
    from tdcli.cli.preload import exit_now

    try:
        run()
    except SystemExit as ended:
        exit_now(ended.code)
        raise


if __name__ == "__main__":
    main()
