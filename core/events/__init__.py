"""What happened, and who is told to look again."""
