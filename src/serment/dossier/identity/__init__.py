"""People: the guard knows who they are, this context asks it and shows them as the rules of identity vigilance want."""
