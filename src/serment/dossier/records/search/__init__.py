"""Finding words in one record."""
