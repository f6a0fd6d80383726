"""What everything that is sent to Slack must obey: Slack's schemas, and the models of its SDK.

The emulated Slack has the rules that neither knows (limits, unique ids, totals), and refuses.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.models.blocks import Block

SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"
NEWER_THAN_THE_SDK = frozenset({"data_table", "data_visualization"})  # which has no model of these


def _validator(name: str) -> Draft7Validator | None:
    path = SCHEMAS / f"slack-{name}.schema.json"
    return Draft7Validator(json.loads(path.read_text("utf-8"))) if path.exists() else None


BLOCKS, VIEWS = _validator("blocks"), _validator("view")


def assert_blocks_valid(blocks: Iterable[dict[str, Any]]) -> None:
    """Blocks are as the schema says, and the SDK's models find nothing wrong with them."""
    plain = json.loads(json.dumps(list(blocks)))
    if BLOCKS is not None:
        BLOCKS.validate(plain)
    assert_modelled(plain)


def assert_view_valid(view: dict[str, Any]) -> None:
    """A modal or an App Home is as the schema says, and so are its blocks for the SDK."""
    plain = json.loads(json.dumps(view))
    if VIEWS is not None:
        VIEWS.validate(plain)
    assert_modelled(plain["blocks"])


def assert_modelled(blocks: list[dict[str, Any]]) -> None:
    """The SDK knows each block; its models raise on what they find wrong."""
    for block in blocks:
        if block["type"] not in NEWER_THAN_THE_SDK:
            model = Block.parse(json.loads(json.dumps(block)))
            assert model is not None, block["type"]
            model.validate_json()
