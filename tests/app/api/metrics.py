"""What ``GET /metrics`` says, as numbers."""

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.app.conftest import RunningApi

#: By name and labels.
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read_metrics(api: RunningApi) -> Values:
    """All values."""
    response = requests.get(f"{api.url}/metrics", timeout=30)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }
