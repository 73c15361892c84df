"""The kinds of model. One file a kind: its section of the spec and how it lowers to a chain of layers."""
