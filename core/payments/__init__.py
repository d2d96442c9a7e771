"""Tries to collect money, and the port to whoever collects it."""
