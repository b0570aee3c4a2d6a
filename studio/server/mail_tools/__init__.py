"""Mail tools that the brand writes with beside its own letters: they get copies, and what readers say to them holds here."""
