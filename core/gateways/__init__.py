"""Adapters of the payment port: one file a gateway."""
