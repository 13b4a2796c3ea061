"""Reading the guard's journal back."""
