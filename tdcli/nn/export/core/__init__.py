"""What the writers share."""
