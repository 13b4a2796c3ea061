"""The guard's process: its door, its start, its rounds."""
