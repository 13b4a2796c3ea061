"""What runs by itself: the worker's heartbeat, the sweep of orphan files, the count of messages left unanswered."""
