"""Ways in: how a session comes to be, and what its owner does with it."""
