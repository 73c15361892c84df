"""The data of a spec, loaded and looked at."""
