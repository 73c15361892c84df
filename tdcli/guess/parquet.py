"""A Parquet table: the same guesses as for one in CSV."""

from tdcli.guess.csv import guess as guess
