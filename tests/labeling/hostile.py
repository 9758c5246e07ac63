"""JSON as a stranger may send it: of every type, size and depth, and nearly right."""

from hypothesis import strategies as st

hostile_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**400), 2**63, 2**64])
    | st.floats()
    | st.text(alphabet=st.characters(codec=None))
    | st.sampled_from(["PER", "LOC", "left", "q", "\0", "\ud800", "start", "end", "category"])
)
keys = st.sampled_from(["start", "end", "category", "x", "y", "width", "height", "q"]) | st.text()
hostile_json = st.recursive(
    hostile_scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=12,
)
nearly_spans = st.lists(
    st.fixed_dictionaries(
        {
            "start": hostile_scalars | st.integers(-1, 45),
            "end": hostile_scalars | st.integers(-1, 45),
            "category": hostile_scalars,
        }
    ),
    max_size=4,
)
coordinates = hostile_scalars | st.floats(-2, 210) | st.integers(-2, 210)
nearly_boxes = st.lists(
    st.fixed_dictionaries(
        {
            "x": coordinates,
            "y": coordinates,
            "width": coordinates,
            "height": coordinates,
            "category": st.sampled_from(["PER", "LOC"]) | hostile_scalars,
        }
    ),
    max_size=3,
)
