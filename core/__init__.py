"""Everything Meja knows and does, behind whatever face is put before it."""
