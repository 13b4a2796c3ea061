"""Serment: a patient record in which a stolen account is worth no more than its working day."""

__version__ = "0.1.0"
