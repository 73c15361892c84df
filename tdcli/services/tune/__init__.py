"""Search for settings: `tdcli tune`.

`start` chooses how to search. `setup` compiles the spec and reads its data once. `study` opens the Optuna study in a
`storage`. `search` asks it for trials one by one; `trial_runner` checks each against the plan, the `budget` and what is
`comparable`, and trains it by `trial_training`. `outcome` keeps what came of it in the study and reads it back as
`results`. `jobs` runs several such searches at once, and `stale_trials` finds the trials of processes that died.
"""
