"""The desktop's side of one-to-one calls: connections, what is heard and seen of the others, what they get."""
