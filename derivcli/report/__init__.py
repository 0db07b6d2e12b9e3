"""Results to blocks: what to say."""
