"""Charts and drawings, as SVG and PNG."""
