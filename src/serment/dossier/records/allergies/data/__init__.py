"""The substances that can be chosen by code."""
