"""Measures and results."""
