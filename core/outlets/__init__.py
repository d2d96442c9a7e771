"""The shop and its tables."""
