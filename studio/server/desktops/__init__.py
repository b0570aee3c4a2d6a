"""Desktops, producers and command lines at the server: who is connected (`link`), whose each is (`owners`), the commands they
send each other and us (`relay`), and the programme of the one on air (`media`)."""
