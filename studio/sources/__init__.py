"""What delivers pictures and sound: a protocol, one file a kind, and the list of devices on this machine."""
