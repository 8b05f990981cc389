"""The same items as a site made with Wagtail, as those who know Wagtail would write it, to be measured beside ours.

Pictures have the files that ours have, in the same formats and widths, and pages say what ours say, to readers and to
search engines: the numbers of items are those that are live. It does all that Wagtail's documentation advises for
speed: rows and renditions are asked for ahead, addresses are made with the request, renditions and the roots of sites
are cached, the connection to the database stays open. It has the middleware that `wagtail start` gives. Some of what
ours has it goes without: filters but the topic, counts beside them, pages of authors, publishers and tags, compression.

`settings`, `models`, `views`, `urls` and `fill` run in an environment with Wagtail and know nothing of our program;
`source` is imported by `benchmarks/readers.py` and knows nothing of Wagtail.
"""
