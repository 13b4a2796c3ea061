"""Identities: sealed lines, the keyed index that finds them by exact traits, and the rules of RNIV."""
