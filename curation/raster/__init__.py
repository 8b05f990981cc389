"""Pictures as pixels: read, cropped, encoded, drawn and compared, in a process of its own that may die of them.

Nothing in here knows of items or of Django. `pool` is what the rest of the program calls; all else runs in the child.
"""
