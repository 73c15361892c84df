"""What the model formats share, and the registry that finds them."""
