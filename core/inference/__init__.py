"""From sound to an answer."""
