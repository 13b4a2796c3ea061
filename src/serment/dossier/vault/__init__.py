"""The client of the guard, and the only place where a sealed thing is opened."""
