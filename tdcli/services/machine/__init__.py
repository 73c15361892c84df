"""Ask the machine: what is installed, which processes run, which signals came.

`extras` knows the optional packages. `processes` starts further processes of `tdcli`, and `interrupts` notes Ctrl-C
and `kill`.
"""
