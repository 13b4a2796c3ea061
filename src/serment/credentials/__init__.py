"""Checking what somebody shows: a passkey, an identity token, a one-time code, a client's assertion. No database, no key of the guard."""
