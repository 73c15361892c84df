"""Search for hyperparameters: `tdcli tune`.

`start` chooses how to search. `setup` compiles the spec and reads its data once. `study` opens the Optuna study in a
`storage`. `search` runs one trial after another. `trial_runner` checks whether a trial is valid, within the `budget`
and `comparable`, and trains it with `trial_training`. `outcome` stores the outcome of a trial in the study, and reads
it back as `results`. `jobs` runs several searches at once, and `stale_trials` finds the trials of processes that died.
"""
