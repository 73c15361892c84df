"""The options that writers share."""
