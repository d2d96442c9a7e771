"""How staff have kept a restaurant's money elsewhere, played as they would, and what the manager then sees of it."""
