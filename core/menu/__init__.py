"""What can be ordered, what it costs, how much is left."""
