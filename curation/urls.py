from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from curation import mail_views, preview_views, search_views
from curation.views import api, feeds, indexes, items, lists, machines


class Words(StringConverter):
    """A piece of a path in any script; without NUL, which PostgreSQL refuses even to look for."""

    regex = r"[^/\x00]+"


class Year(StringConverter):
    regex = r"[0-9]{4}"


class Month(StringConverter):
    regex = r"(?:0[1-9]|1[0-2])"


class Feed(StringConverter):
    regex = "rss|atom|json"


register_converter(Words, "words")
register_converter(Year, "year")
register_converter(Month, "month")
register_converter(Feed, "feed")

urlpatterns = [
    path("", lists.home, name="home"),
    path("communities/<slug:slug>/curated-content/", lists.curated_content, name="curated_content"),
    path("communities/<slug:slug>/curated-content/feed.<feed:form>", feeds.community, name="community_feed"),
    path("communities/<slug:community>/curated-content/<slug:slug>/", items.item, name="item"),
    path("feed.<feed:form>", feeds.site, name="site_feed"),
    path("topics/<slug:slug>/feed.<feed:form>", feeds.topic, name="topic_feed"),
    path("authors/<words:slug>/feed.<feed:form>", feeds.author, name="author_feed"),
    path("publishers/<words:host>/feed.<feed:form>", feeds.publisher, name="publisher_feed"),
    path("tags/<words:slug>/feed.<feed:form>", feeds.tag, name="tag_feed"),
    path("feeds/", feeds.listed, name="feeds"),
    path("feeds.opml", feeds.all_feeds, name="opml"),
    path("feeds-<slug:kind>.opml", feeds.feeds_of, name="opml_of"),
    path("topics/", indexes.topics, name="topics"),
    path("topics/<slug:slug>/", lists.topic, name="topic"),
    path("authors/", indexes.authors, name="authors"),
    path("authors/<words:slug>/", lists.author, name="author"),
    path("publishers/", indexes.publishers, name="publishers"),
    path("publishers/<words:host>/", lists.publisher, name="publisher"),
    path("archive/", indexes.archive_of_site, name="archive"),
    path("archive/<year:year>/", indexes.year_of_site, name="year"),
    path("archive/<year:year>/<month:month>/", indexes.month_of_site, name="month"),
    path("communities/<slug:slug>/archive/", indexes.archive_of_community, name="community_archive"),
    path("communities/<slug:slug>/archive/<year:year>/", indexes.year_of_community, name="community_year"),
    path(
        "communities/<slug:slug>/archive/<year:year>/<month:month>/",
        indexes.month_of_community,
        name="community_month",
    ),
    path("tags/", indexes.tags, name="tags"),
    path("tags/<words:slug>/", lists.tag, name="tag"),
    path("search/", search_views.page, name="search"),
    *api.urlpatterns,
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-news.xml", machines.sitemap_news, name="sitemap_news"),
    path("sitemap-<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("robots.txt", machines.robots, name="robots"),
    path("llms.txt", machines.llms, name="llms"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("site.webmanifest", machines.manifest, name="manifest"),
    re_path(r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/$", preview_views.page, name="preview"),
    re_path(
        r"^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/picture/$", preview_views.picture, name="preview_picture"
    ),
    path("notifications/mail/<words:token>/", mail_views.preference, name="mail_preference"),
    re_path(r"^media/(?P<name>[^\x00]+)$", machines.media, name="picture"),
]
