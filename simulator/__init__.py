"""A Midtrans to practise against: same HTTP protocol, no real money, and it misbehaves on request."""
