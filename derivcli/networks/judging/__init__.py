"""A student's equation judged: true to its shape and value, or the mistake in it named."""
