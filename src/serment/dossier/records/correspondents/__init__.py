"""Who is to be written to or called: treating physician, relatives, trusted person; and where the patient lives."""
