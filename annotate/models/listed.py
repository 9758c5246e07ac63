"""What lists are read from: facets in the order of items, texts to search, and saved views.

Facets and texts are a projection, written by the job `annotate.list` behind the trail; nothing
that people do waits for it. See decision 24.
"""

from typing import ClassVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.organisation import User
from annotate.models.project import Project


class ListCursor(models.Model):
    """How far items and final labels are listed, in one row that `services.list_items` locks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_item = models.BigIntegerField(db_default=0)
    last_final = models.BigIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_list"),
        ]

    def __str__(self) -> str:
        return f"{self.last_item}, {self.last_final}"


class ItemFacet(models.Model):
    """One thing that is true of an item and that lists are filtered by, as `kind:value`.

    The key is its only index: it holds the items of each facet in their order.
    """

    pk = models.CompositePrimaryKey("project_id", "facet", "item_id")
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    facet = models.CharField(max_length=200)
    item = models.ForeignKey(
        Item, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.facet} of item {self.item_id}"


class ItemText(models.Model):
    """The words of an item, as `queries.search_words` cuts them; written once."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # Its GIN index stands in the migration.
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["project", "item"], name="texts_in_order")]

    def __str__(self) -> str:
        return f"words of item {self.item_id}"


class Listing(models.TextChoices):
    """The lists that have filters and views."""

    ITEMS = "items"
    DISPUTES = "disputes"


class SavedView(models.Model):
    """A filter of a list with a name: its maker's own, or of all who see the list."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="views", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    of = models.CharField(max_length=8, choices=Listing, db_default=Listing.ITEMS)
    name = models.CharField(max_length=100)
    query = models.JSONField()
    is_shared = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "user", "of", "name"], name="names_of_own_views_differ"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["project", "id"], name="views_in_order")]

    def __str__(self) -> str:
        return self.name
