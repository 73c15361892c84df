"""Tables: rows, windows and sequences over them."""
