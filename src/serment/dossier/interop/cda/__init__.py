"""Clinical documents of other software (HL7 CDA R2 as the Agence du numérique en santé profiles it), read and never run."""
