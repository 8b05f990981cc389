from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from curation import mail_views, preview_views, search_views
from curation.views import indexes, items, lists, machines


class Words(StringConverter):
    """A piece of a path in any script; without NUL, which PostgreSQL refuses even to look for."""

    regex = r"[^/\x00]+"


class Year(StringConverter):
    regex = r"[0-9]{4}"


class Month(StringConverter):
    regex = r"(?:0[1-9]|1[0-2])"


register_converter(Words, "words")
register_converter(Year, "year")
register_converter(Month, "month")

urlpatterns = [
    path("", lists.home, name="home"),
    path("communities/<slug:slug>/curated-content/", lists.curated_content, name="curated_content"),
    path("communities/<slug:slug>/curated-content/feed.rss", lists.community_feed, name="community_feed"),
    path("communities/<slug:community>/curated-content/<slug:slug>/", items.item, name="item"),
    path("topics/", indexes.topics, name="topics"),
    path("topics/<slug:slug>/", lists.topic, name="topic"),
    path("authors/", indexes.authors, name="authors"),
    path("authors/<words:slug>/", lists.author, name="author"),
    path("publishers/", indexes.publishers, name="publishers"),
    path("publishers/<words:host>/", lists.publisher, name="publisher"),
    path("archive/", indexes.archive_of_site, name="archive"),
    path("archive/<year:year>/<month:month>/", indexes.month_of_site, name="month"),
    path("communities/<slug:slug>/archive/", indexes.archive_of_community, name="community_archive"),
    path(
        "communities/<slug:slug>/archive/<year:year>/<month:month>/",
        indexes.month_of_community,
        name="community_month",
    ),
    path("tags/", indexes.tags, name="tags"),
    path("tags/<words:slug>/", lists.tag, name="tag"),
    path("search/", search_views.page, name="search"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("robots.txt", machines.robots, name="robots"),
    re_path(r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/$", preview_views.page, name="preview"),
    re_path(
        r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/picture/$", preview_views.picture, name="preview_picture"
    ),
    path("notifications/mail/<words:token>/", mail_views.preference, name="mail_preference"),
    re_path(r"^media/(?P<name>[^\x00]+)$", machines.media, name="picture"),
]
