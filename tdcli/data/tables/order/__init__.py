"""The order of a table's rows: by time, by group, or as they stand in the file."""
