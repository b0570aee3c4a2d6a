"""Parts of the window that know the state and send commands through the bridge."""
