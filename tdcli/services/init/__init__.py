"""Write a first spec: `tdcli init`.

`new_spec` copies the spec of a kind, or guesses one for a data file with `tdcli.guess`. `guess_refinement` reads the
data with that guess, and guesses again with what it finds.
"""
