"""Videos and images, decoded once into a cache."""
