"""The screens, seen by a real browser."""
