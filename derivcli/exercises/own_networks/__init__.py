"""Networks that are programs of one's own, studied: all that is asked of them, together."""
