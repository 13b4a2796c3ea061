"""`./serment bench letters`: how many letters a second, in how much memory."""
