"""What is kept of a show: written while it goes on, whole after any end of it."""
