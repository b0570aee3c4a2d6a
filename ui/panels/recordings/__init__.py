"""What people see of recordings: the sign in the top bar, a film, a clip."""
