"""Build, export and verify models: `tdcli build`, `tdcli export` and `tdcli check --verify`.

`build` saves the Keras model of a spec, and `verify` compares a plan with it. `export_run` exports a run: `request`
checks the options before large libraries are loaded, `source` opens the model and chooses samples, and `export` writes
the file and compares its outputs for these samples with those of Keras.
"""
