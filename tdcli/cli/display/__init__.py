"""Progress bars and live lines."""
