"""Letters to customers about what they booked, and to the brand about what they left."""
