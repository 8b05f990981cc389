"""Why a picture was not taken, in a sentence that names what to do."""


class ImageRefused(ValueError):
    """The bytes are no picture that can be taken; the text says why, and what to do."""
