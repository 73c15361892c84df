"""The run folder: names, whole-or-nothing writes, history. Knows files, not frameworks."""
