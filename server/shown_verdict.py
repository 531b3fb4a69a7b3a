"""A verdict as tablets read it, in the answer to a push and in the answer to a lifeboat."""

from typing import Any

from server import errors
from server.operations.accept_statements import Verdict
from sync.envelope import RECEIPT_TYPE, Envelope, Signature


def show_verdict(verdict: Verdict, receipt_keyid: str, language: str) -> dict[str, Any]:
    """What became of one item; a refused one carries its problem document, in this language and in both."""
    shown: dict[str, Any] = {"status": verdict.status.value, "statement": verdict.statement}
    if verdict.receipt is not None and verdict.receipt_sig is not None:
        signature = Signature(receipt_keyid, verdict.receipt_sig)
        shown["receipt"] = Envelope(RECEIPT_TYPE, verdict.receipt, (signature,)).to_json()
        shown["held"], shown["owed"] = list(verdict.held), list(verdict.owed)
    if verdict.reason is not None:
        shown["reason"] = verdict.reason
    if verdict.error is not None:
        problem = errors.problem_of(verdict.error)
        shown["problem"] = errors.document(problem, language.replace("_", "-"), errors.facts_of(verdict.error))
    return shown
