"""The desktop's connection to a show server, and the server it starts for itself when none is configured."""
