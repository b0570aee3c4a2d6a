"""Truth alarms: they say only what is certain, so that nobody learns to dismiss them."""
