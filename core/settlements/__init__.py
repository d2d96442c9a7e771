"""Settlement files: what the gateway says it collected and took for it, read strictly, kept, and compared with our books."""
