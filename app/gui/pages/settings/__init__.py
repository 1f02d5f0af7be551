"""Settings: what the person prefers."""
