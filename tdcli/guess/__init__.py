"""A data file to a spec to start from: one file a file type, named by its ending."""
