"""A witness: a small program somewhere else that keeps the last checkpoint it saw, and co-signs only what extends it."""
