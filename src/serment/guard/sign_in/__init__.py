"""Signing in: passkeys, the sessions they open, and the proof that each request comes from the browser that signed in."""
