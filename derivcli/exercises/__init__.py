"""Files of examples and exercises, and how an answer is judged."""
