"""The simulator over real HTTP, as Meja and Midtrans's own client see it."""
