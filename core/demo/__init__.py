"""What the demo restaurant is made of."""
