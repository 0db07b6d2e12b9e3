"""What the user typed: text to a frozen tree, as typed, every node with its span."""
