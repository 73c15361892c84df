"""Lesson pages: message, why, a wrong block, its exact output, a right block."""
