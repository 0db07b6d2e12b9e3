"""Networks that are programs of one's own: derived, checked, trained, proved, judged."""
