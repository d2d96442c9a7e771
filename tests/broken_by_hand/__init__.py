"""Faults made by hand, one at a time, in a copy of the source: each must be caught by the tests it names."""
