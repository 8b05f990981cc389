"""Static files under hashed names once `collectstatic` has run, under their plain names before."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Needs no `collectstatic` to show a page: a checkout that was never deployed serves its files where they lie."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
