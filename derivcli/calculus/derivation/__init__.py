"""The derivation of a derivative: rules, and which one fits where."""
