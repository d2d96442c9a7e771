"""What staff see: the live board, taking cash, the kitchen's screens, the drawer, money that needs a person."""
