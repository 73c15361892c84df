"""A data file to a spec to start from: one file a file type.

Each file has a function that looks at the data and returns a page: a spec with comments. `tdcli init --from-data`
calls it through `services/init/`, which compiles the result and drops what does not hold.
"""
