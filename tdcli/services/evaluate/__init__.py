"""A trained model opened, scored and asked for predictions."""
