"""Adapters to what is outside: payment gateways, one file each, and printers."""
