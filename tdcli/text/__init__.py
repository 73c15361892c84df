"""Text to values with positions, and faults that point into the text. Knows neither models nor layers."""
