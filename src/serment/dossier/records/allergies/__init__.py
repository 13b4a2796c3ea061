"""Allergies and intolerances: known, known to be none, or not documented. Three different things."""
