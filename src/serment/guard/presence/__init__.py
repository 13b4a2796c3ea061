"""Who is at the keyboard: the session and the proof of each request."""
