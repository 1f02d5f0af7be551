"""History: everything that was identified, the newest first."""
