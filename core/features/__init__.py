"""What a model sees of sound."""
