"""Write a first spec: `tdcli init`.

`new_spec` copies the spec of a kind, or lets `tdcli.guess` write one for a data file. `guess_refinement` reads the data
by that guess, and guesses again with what it finds.
"""
