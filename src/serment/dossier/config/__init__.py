"""How the processes of the record are put together: settings per process, addresses, wiring."""
