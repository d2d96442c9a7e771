"""What the diner sees: menu, basket, payment, progress. Thin: every decision is the core's."""
