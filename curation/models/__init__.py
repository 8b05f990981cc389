"""The models of curation, one file each."""

from curation.models.alias import Alias
from curation.models.append_only import NeverChanged
from curation.models.author import Author, ItemAuthor
from curation.models.batch import Batch, BatchLine
from curation.models.change import Change
from curation.models.comment import Comment
from curation.models.former_name import FormerName, PublisherHost
from curation.models.image import FeaturedImage
from curation.models.item import PENDING, CuratedItem, ItemTopic
from curation.models.job_run import JobRun
from curation.models.notification import Notification, OutgoingMail
from curation.models.presence import Presence
from curation.models.preview import PreviewLink, PreviewNote, PreviewVisit
from curation.models.publisher import Publisher
from curation.models.redirect import MissedAddress, Redirect
from curation.models.rendition import Rendition
from curation.models.revision import Revision
from curation.models.saved_view import SavedView
from curation.models.search import NOTHING, KnownWord, NewsroomEntry, ReaderEntry
from curation.models.shelf import Card, Edition, Placement, Shelf, ShelfEdition
from curation.models.tag import ItemTag, Tag

__all__ = [
    "NOTHING",
    "PENDING",
    "Alias",
    "Author",
    "Batch",
    "BatchLine",
    "Card",
    "Change",
    "Comment",
    "CuratedItem",
    "Edition",
    "FeaturedImage",
    "FormerName",
    "ItemAuthor",
    "ItemTag",
    "ItemTopic",
    "JobRun",
    "KnownWord",
    "MissedAddress",
    "NeverChanged",
    "NewsroomEntry",
    "Notification",
    "OutgoingMail",
    "Placement",
    "Presence",
    "PreviewLink",
    "PreviewNote",
    "PreviewVisit",
    "Publisher",
    "PublisherHost",
    "ReaderEntry",
    "Redirect",
    "Rendition",
    "Revision",
    "SavedView",
    "Shelf",
    "ShelfEdition",
    "Tag",
]
