"""Label Studio's JSON and label configs: the one place that speaks its words.

A task is an item, an annotation a judgment, a result (a part of) a label; `from_name` is the id
of a question. Offsets count code points; percent geometry is turned to pixels and back exactly.
"""

from labeling.formats.label_studio.config_reading import (
    UnsupportedLabelConfig,
    schema_of_label_config,
)
from labeling.formats.label_studio.config_writing import label_config_of_schema
from labeling.formats.label_studio.reading import read
from labeling.formats.label_studio.writing import write_items

__all__ = [
    "UnsupportedLabelConfig",
    "label_config_of_schema",
    "read",
    "schema_of_label_config",
    "write_items",
]
