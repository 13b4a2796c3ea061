"""Reading what somebody unknown made, in a child process that has nothing to lose."""
