"""Keys: the master key, what it wraps, and the MAC on every row the guard trusts."""

from serment.guard.vault.keys import Vault

__all__ = ["Vault"]
