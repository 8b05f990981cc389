"""Addresses are those that Django makes, only sooner."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from communities.addresses import address


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("communities", []),
        ("community", ["chronic-care"]),
        ("item", ["chronic-care", "word0-and-word1"]),
        ("publisher", ["news.care.example"]),
        ("publisher", ["xn--bcher-kva.example"]),
        ("tag", ["größe"]),
        ("tag", ["a{0}b"]),
        ("author", ["o’neil?x=1#y"]),
    ],
)
def test_an_address_is_the_one_that_django_makes(name, words):
    assert address(name, *words) == reverse(name, args=words)
    try:
        set_script_prefix("/below/")
        assert address(name, *words) == reverse(name, args=words)
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize("word", ["", "a b", "a/b"])
def test_there_is_no_address_of_what_no_page_can_be_called(word):
    with pytest.raises(NoReverseMatch):
        address("community", word)
