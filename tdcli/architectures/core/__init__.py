"""What the kinds share: the base, their blocks, inputs and heads, and the registry that finds them."""
