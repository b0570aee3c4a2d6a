"""What an advisor sees of one-to-one calls: the line, the customer, the call."""
