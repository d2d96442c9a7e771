"""Measures Meja against the least the same machine must do for the same answer: `python -m bench`."""
