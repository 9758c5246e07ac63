"""Items of which nobody is told what a model said: their labels are to say if it is right."""

from typing import Final

from annotate.prepared import Prepared, flag

# What chance alone picks, where a model picks the rest.
# All of a batch while it is audited, since each of its items may still be drawn; then its audits.
_IS_BLIND: Final = Prepared(
    "is_kept_blind",
    """
    SELECT EXISTS (
        SELECT FROM annotate_acceptanceitem a JOIN annotate_acceptance b ON b.id = a.acceptance_id
         WHERE a.item_id = $1
           AND (b.state IN ('auditing', 'accepting')
                OR b.state <> 'cancelled' AND a.place <= b.drawn + b.rolling))
        OR $2::float8 > 0 AND EXISTS (
        SELECT FROM annotate_item i JOIN annotate_choosing c ON c.project_id = i.project_id
         WHERE i.id = $1 AND blind_draw(i.id, c.seed) < $2::float8)
    """,
    (flag,),
)


def is_kept_blind(item_id: int, blind_share: float) -> bool:
    """Whether the item is part of a batch that is audited, or an audit of one, or of the share
    that chance picks."""
    (found,) = _IS_BLIND.one(item_id, blind_share)
    return bool(found)
