"""Turns at a drawer: opened with a float, closed with a count."""
