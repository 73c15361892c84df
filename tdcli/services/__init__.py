"""What a command or a Python program calls. Composes the other packages; prints nothing."""
