"""Write a first spec for a data file: one file per file type.

Each file has a function `guess` that looks at the data and returns a Guess: a spec with comments. `tdcli init
--from-data` calls it through `services/init/`, which reads the data with the guessed spec and refines the guess.
"""
