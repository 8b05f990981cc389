"""Flat editorial illustrations for the demonstration newsroom, one function a picture."""
