"""Rows that are only ever added.

The database says the same by triggers (`curation.migrations.0004_history_is_kept`), for whoever comes past these
classes.
"""

from typing import Any, NoReturn

from django.db import models


class NeverChanged(Exception):
    """Somebody tried to alter or delete a row of what is only ever added."""

    def __init__(self, model: type[models.Model]) -> None:
        name = str(model._meta.verbose_name_plural).capitalize()
        super().__init__(f"{name} are only ever added, never altered and never deleted.")


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise NeverChanged(self.model)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged(self.model)

    def delete(self) -> NoReturn:
        raise NeverChanged(self.model)

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[Any]:
        if update_conflicts:
            raise NeverChanged(self.model)
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnly(models.Model):
    """A model whose rows can be added and read, and nothing else."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged(type(self))
