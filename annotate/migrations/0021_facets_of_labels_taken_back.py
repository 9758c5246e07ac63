"""Facets of labels that were taken back from a model, from before they went with the label."""

from django.db import migrations

# Once, and of few items: a batch that broke its promise is rare.
FORGET = """
DELETE FROM annotate_itemfacet f USING annotate_event e, annotate_item i
 WHERE e.kind = 'item.reopened' AND i.id = e.item_id AND i.final_label_id IS NULL
   AND f.project_id = i.project_id AND f.item_id = i.id AND f.facet NOT LIKE 'source:%'
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0020_answer_and_claim")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
