"""What the window knows between the state and the widgets: pure where it can be."""
