"""Ask the machine: what is installed, which files may be written, which signals came.

`extras` knows the optional packages and `environment` the versions, devices and threads; `chart_output` checks where
a drawing is to be written. `processes` starts further processes of `tdcli`, and `interrupts` notes Ctrl-C and `kill`.
"""
