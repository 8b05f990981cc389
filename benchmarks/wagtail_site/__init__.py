"""The same items as a site made with Wagtail, as those who know Wagtail would write it, to be measured beside ours.

Pictures have the files that ours have, in the same formats and widths. Besides it does no more for a page than its
readers need, and all that Wagtail's documentation advises for speed: rows and renditions are asked for ahead, addresses
are made with the request, renditions and the roots of sites are cached, the connection to the database stays open. It
has the middleware that `wagtail start` gives. What else ours has (structured data, counts beside filters, compression)
it goes without.

`settings`, `models`, `views`, `urls` and `fill` run in an environment with Wagtail and know nothing of our program;
`source` is imported by `benchmarks/readers.py` and knows nothing of Wagtail.
"""
