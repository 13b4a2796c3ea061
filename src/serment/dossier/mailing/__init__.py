"""Telling people: to whom, what, on which paper, and the code that shows a message is ours. Never imports the clinical record."""
