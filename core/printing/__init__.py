"""The shop's paper printers: what waits for them, and the bytes they read."""
