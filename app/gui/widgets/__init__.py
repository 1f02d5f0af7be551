"""Widgets that more than one page uses. They know how to show something, never why."""
