"""Identifiers, time, errors and configuration: what every floor stands on. No Django here."""
