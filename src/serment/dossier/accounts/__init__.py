"""Accounts as their owner and the security officer see them. The guard holds them; this context asks it."""
