"""The agreed bytes: what the guard, the record and the auditor say to one another. Standard library and `cryptography` only."""
