"""What the layers share: base classes, fields, and the registry that finds them."""
