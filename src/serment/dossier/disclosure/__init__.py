"""Permits: what turns ciphertext into a page, for one patient, one person, one working day at most."""
