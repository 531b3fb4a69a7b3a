"""SQL statements of a push, for the benchmarks' reports."""

from bench import TestTablet, Work
from flask import Flask
from sql_counting import counted


def statements_per_push(app: Flask, tablet: TestTablet, work: Work, batch: int) -> tuple[float, float]:
    """(per statement in a batch, for a statement alone)"""
    tablet.push(work.visit(tablet))  # the forms are compiled once
    load = [work.visit(tablet) for _ in range(batch)]
    with counted(app) as in_batch:
        tablet.push(*load)
    one = work.visit(tablet)
    with counted(app) as alone:
        tablet.push(one)
    return round(len(in_batch) / batch, 2), float(len(alone))
