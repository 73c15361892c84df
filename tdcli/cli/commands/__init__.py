"""One file a command: parse, call one service, render. The folder is the list of commands."""
