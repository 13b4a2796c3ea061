"""Admissions over HL7 v2 and MLLP (IHE PAM, French extension): a letterbox, which writes and never reads."""
