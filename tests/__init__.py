"""Everything that is promised, tried out."""
