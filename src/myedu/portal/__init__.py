"""The portal: the section «Моё образование» of a state portal, made of rooms (see app.py)."""
