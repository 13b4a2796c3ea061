"""One module per process: `web`, `worker`, `listener`, `owner`. What they share is in `base`."""
