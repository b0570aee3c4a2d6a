"""How the programme leaves: encoders fed by the program and mixer threads, and where their packets go."""
