"""The kiosk: a tablet that stands by itself, at which one guest after the other orders and pays."""
