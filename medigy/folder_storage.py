"""Pictures in a folder of this machine."""

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class FolderStorage(FileSystemStorage):
    """Tells addresses as the bucket does; Django takes both halves of each apart first, and a page has dozens."""

    def url(self, name: str | None) -> str:
        return settings.MEDIA_URL + quote(name or "")
