"""What both faces share: pages, access, answers to trouble, live sockets, webhooks, health."""
