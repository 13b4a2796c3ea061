"""Treatments that somebody takes, as told: read only until there are prescriptions."""
