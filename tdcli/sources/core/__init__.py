"""What the sections share, and the registry that finds them."""
