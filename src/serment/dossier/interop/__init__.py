"""Doors to other systems. They translate and call services; no rule of the record lives here."""
