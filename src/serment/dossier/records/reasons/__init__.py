"""Why somebody is in hospital: the free text of a stay, sealed."""
