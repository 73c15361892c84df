"""Pictures of a network, as SVG, with the standard library alone."""
