"""What a collector of traces is told, and what it is not."""
