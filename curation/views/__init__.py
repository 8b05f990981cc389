"""The pages for readers, a module each kind. Whatever they show of items begins with `published()`.

None of them touches a session, a cookie or the person who asks: every reader gets the same page.
"""
