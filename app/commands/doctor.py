"""``genrescope doctor``: one line for each thing that the program needs."""

from __future__ import annotations

import json
from dataclasses import asdict

from app.doctor import examine

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def print_findings(*, as_json: bool) -> int:
    """Examine this computer and print what was found, each as soon as it is known.

    Args:
        as_json: Print one JSON object ``{"findings": [{"name", "status", "detail"}, …]}`` instead of lines.

    Returns:
        0 when nothing failed, 1 otherwise; warnings do not count.
    """
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            print(f"{_MARKS[finding.status]}  {finding.name:<16}{finding.detail}", flush=True)
    if as_json:
        print(json.dumps({"findings": [asdict(finding) for finding in findings]}, ensure_ascii=False, indent=1))
    return 1 if any(finding.status == "fail" for finding in findings) else 0
