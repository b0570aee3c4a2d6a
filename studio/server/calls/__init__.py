"""One-to-one calls: the line, its advisors, and the customers' sockets."""
