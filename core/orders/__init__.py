"""Orders, their life, and the baskets they grow from."""
