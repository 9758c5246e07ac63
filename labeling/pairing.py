"""The best one-to-one pairing of two sets, given how alike their members are."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

MOST_EXACT = 60
"""Larger clusters of shapes that touch are paired greedily: the exact way grows with the cube."""


class Edge(NamedTuple):
    """Two members that may be paired."""

    left: int
    right: int
    likeness: float
    """Above 0."""


def best_pairing(edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges of a pairing with the greatest total likeness, no member used twice.

    Exact (Kuhn 1955, Munkres 1957) within each connected cluster of up to MOST_EXACT members a
    side; greedy by likeness in larger ones, which reaches at least half of the best total.
    """
    chosen: list[Edge] = []
    for cluster in _clusters(edges):
        lefts = sorted({edge.left for edge in cluster})
        rights = sorted({edge.right for edge in cluster})
        if len(lefts) == 1 or len(rights) == 1:
            chosen.append(max(cluster, key=lambda edge: edge.likeness))
        elif max(len(lefts), len(rights)) > MOST_EXACT:
            chosen += _greedy(cluster)
        else:
            chosen += _exact(cluster, lefts, rights)
    return chosen


def _clusters(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Return the edges by connected component."""
    parent: dict[int, int] = {}  # union-find; right members are told apart as ~index, below 0

    def root(node: int) -> int:
        top = node
        while (above := parent.setdefault(top, top)) != top:
            top = above
        while node != top:
            parent[node], node = top, parent[node]
        return top

    for edge in edges:
        parent[root(edge.left)] = root(~edge.right)
    clusters: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        clusters[root(edge.left)].append(edge)
    return list(clusters.values())


def _greedy(edges: Sequence[Edge]) -> list[Edge]:
    chosen = []
    used_left: set[int] = set()
    used_right: set[int] = set()
    for edge in sorted(edges, key=lambda edge: -edge.likeness):
        if edge.left not in used_left and edge.right not in used_right:
            chosen.append(edge)
            used_left.add(edge.left)
            used_right.add(edge.right)
    return chosen


def _exact(edges: Sequence[Edge], lefts: Sequence[int], rights: Sequence[int]) -> list[Edge]:
    """Return the best pairing of one cluster by the Hungarian method."""
    if len(lefts) > len(rights):
        turned = [Edge(edge.right, edge.left, edge.likeness) for edge in edges]
        found = _exact(turned, rights, lefts)
        return [Edge(edge.right, edge.left, edge.likeness) for edge in found]
    row_of = {left: row for row, left in enumerate(lefts)}
    column_of = {right: column for column, right in enumerate(rights)}
    costs = [[0.0] * len(rights) for _ in lefts]
    for edge in edges:
        costs[row_of[edge.left]][column_of[edge.right]] = -edge.likeness
    return [
        Edge(lefts[row], rights[column], -costs[row][column])
        for row, column in enumerate(_assign(costs))
        if costs[row][column] < 0.0
    ]


def _assign(costs: Sequence[Sequence[float]]) -> list[int]:
    """Return the column of each row that makes the total cost least; rows <= columns.

    Rows are added one at a time. Each takes the cheapest path of reassignments to a free column,
    found as by Dijkstra on the costs reduced by the row and column potentials.
    """
    width = len(costs[0])
    free = width  # a column beyond the last: where the row to be added stands
    row_potential = [0.0] * len(costs)
    column_potential = [0.0] * (width + 1)
    row_at: list[int | None] = [None] * (width + 1)
    for new_row in range(len(costs)):
        row_at[free] = new_row
        came_from = _grow_path(costs, row_at, row_potential, column_potential)
        column = came_from.pop()
        while column != free:
            before = came_from[column]
            row_at[column] = row_at[before]
            column = before
    columns = [0] * len(costs)
    for column, row in enumerate(row_at[:width]):
        if row is not None:
            columns[row] = column
    return columns


def _grow_path(
    costs: Sequence[Sequence[float]],
    row_at: Sequence[int | None],
    row_potential: list[float],
    column_potential: list[float],
) -> list[int]:
    """Return for each column the one before it on its path, and last the free column reached."""
    width = len(costs[0])
    distance = [math.inf] * width
    came_from = [width] * width
    done: list[int] = []
    waiting = set(range(width))
    column = width
    while (row := row_at[column]) is not None:
        done.append(column)
        base = costs[row]
        for other in waiting:
            reduced = base[other] - row_potential[row] - column_potential[other]
            if reduced < distance[other]:
                distance[other] = reduced
                came_from[other] = column
        nearest = min(waiting, key=distance.__getitem__)
        step = distance[nearest]
        for reached in done:
            reached_row = row_at[reached]
            if reached_row is not None:
                row_potential[reached_row] += step
            column_potential[reached] -= step
        for other in waiting:
            distance[other] -= step
        waiting.discard(nearest)
        column = nearest
    return [*came_from, column]
