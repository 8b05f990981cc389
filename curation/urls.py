from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from curation import mail_views, preview_views, search_views, views


class Words(StringConverter):
    """A piece of a path in any script; without NUL, which PostgreSQL refuses even to look for."""

    regex = r"[^/\x00]+"


register_converter(Words, "words")

urlpatterns = [
    path("", views.home, name="home"),
    path("communities/<slug:slug>/curated-content/", views.curated_content, name="curated_content"),
    path("communities/<slug:slug>/curated-content/feed.rss", views.community_feed, name="community_feed"),
    path("communities/<slug:community>/curated-content/<slug:slug>/", views.item, name="item"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("authors/", views.authors, name="authors"),
    path("authors/<words:slug>/", views.author, name="author"),
    path("publishers/", views.publishers, name="publishers"),
    path("publishers/<words:host>/", views.publisher, name="publisher"),
    path("tags/<words:slug>/", views.tag, name="tag"),
    path("search/", search_views.page, name="search"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", views.sitemap_section, name="sitemap_section"),
    path("robots.txt", views.robots, name="robots"),
    re_path(r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/$", preview_views.page, name="preview"),
    re_path(
        r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/picture/$", preview_views.picture, name="preview_picture"
    ),
    path("notifications/mail/<words:token>/", mail_views.preference, name="mail_preference"),
    re_path(r"^media/(?P<name>[^\x00]+)$", views.media, name="picture"),
]
