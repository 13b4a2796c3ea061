"""The operator: starts the processes of one instance, watches them, repairs them. It knows nothing of their inside."""
