"""Results to blocks, one file a command: `blocks(result)` for people, `records(result)` for CSV."""
