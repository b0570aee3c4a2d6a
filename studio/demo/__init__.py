"""The demo show's art: every picture and sound is drawn and played by this code (`python -m studio.demo.make`)."""
