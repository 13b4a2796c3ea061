"""The web's side of signing in: pages, the JSON that the ceremonies exchange, and who is at the keyboard for every other page."""
