"""Pictures in an S3-compatible store, at the same addresses as pictures in a folder."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """A private bucket: nothing in it has an address of its own, and the site sends what readers may see.

    The store's own address, its region and who signs in are read from the environment by boto3: `AWS_ENDPOINT_URL_S3`,
    `AWS_DEFAULT_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, or what else it finds.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {"default_acl": None, "file_overwrite": False}

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return settings.MEDIA_URL + quote(name)
