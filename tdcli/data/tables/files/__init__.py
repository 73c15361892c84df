"""Table files to cells."""
