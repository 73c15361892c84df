"""The files that models leave as: one module a format, which reads such a file in its own runtime."""
