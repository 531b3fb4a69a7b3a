"""Which language somebody reads: what they chose, else what their browser asks for, else Simplified Chinese."""

from flask import request, session

LANGUAGES = ("zh_Hans", "en")


def chosen_language() -> str:
    chosen = session.get("language") if not request.path.startswith("/api/") else None
    if chosen in LANGUAGES:
        return str(chosen)
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"])
    return "en" if best == "en" else "zh_Hans"
