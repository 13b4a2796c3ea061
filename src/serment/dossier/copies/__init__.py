"""The copy of one record for whoever has a right to it: gathered, what concerns others kept out, set as PDF and as FHIR, sealed."""
