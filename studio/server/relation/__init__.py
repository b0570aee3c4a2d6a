"""The relation at the server: what pages tell, who people are, what they are shown."""
