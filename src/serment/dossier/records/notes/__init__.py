"""Notes: what people write to one another about a patient."""
