"""How things look: colours, accents, light and dark, scaling, and drawing with smooth edges."""
