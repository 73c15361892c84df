"""Times: parsing, the step between rows, and the times that samples answer."""
