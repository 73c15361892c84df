"""Values to tables and text. Renders; computes nothing."""
