"""Pictures and cards in templates."""

from django import template

from curation.cards import card
from curation.pictures import picture

register = template.Library()
register.simple_tag(picture)
register.simple_tag(card)
