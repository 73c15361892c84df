"""The machine, its processes and the installed extras."""
