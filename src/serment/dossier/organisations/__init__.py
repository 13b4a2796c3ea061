"""The group: its establishments, their units, their beds. Nothing here is about a patient."""
