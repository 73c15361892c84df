"""Run the command line as `python -m tdcli`."""

from tdcli.cli.app import main

if __name__ == "__main__":
    main()
