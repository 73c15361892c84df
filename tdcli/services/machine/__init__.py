"""Look up installed extras, start processes, and handle signals.

`extras` lists the optional packages. `processes` starts further processes of `tdcli`. `interrupts` records Ctrl-C and
`kill`.
"""
