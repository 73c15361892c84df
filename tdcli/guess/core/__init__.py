"""What guessing a spec needs, whatever the file."""
