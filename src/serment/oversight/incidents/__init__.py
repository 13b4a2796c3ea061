"""Incidents: declared by the officers, scoped and proved from the journal alone, released to whoever tells the people."""
