"""All models on one pack and one split, side by side."""
