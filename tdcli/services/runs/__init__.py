"""Run folders listed, compared, watched and reported."""
