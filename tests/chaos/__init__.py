"""Kills a real process again and again, and looks for what it had promised."""
