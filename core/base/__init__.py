"""What any program needs before it knows it is a restaurant: settings, errors, clock, ids, money, database."""
