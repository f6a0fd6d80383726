"""files.* of the Web API: announce a file, send its bytes, share it."""

import mimetypes
from typing import Any

from bot.playground.slack.arguments import Arguments, invalid
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.methods_chat import Content, read_thread
from bot.playground.slack.registry import method
from bot.playground.slack.workspace import File, Workspace
from bot.playground.slack.world import BOT, BOT_USER

Json = dict[str, Any]

FILE_TOTAL = 1_000_000_000


@method("files.getUploadURLExternal", scope="files:write", json=False)
def get_upload_url(workspace: Workspace, arguments: Arguments) -> Json:
    """Announces a file; its bytes are POSTed to the address that is returned."""
    name = arguments.required("filename")
    length = arguments.number("length", 0)
    if length <= 0:
        raise invalid("must be greater than 0 [json-pointer:/length]")
    if length > FILE_TOTAL:
        raise SlackError("file_upload_size_restricted")
    file = File(workspace.world.next_id("F"), name, length)
    workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{workspace.address}/upload/{file.id}"}


@method("files.completeUploadExternal", scope="files:write")
def complete_upload(workspace: Workspace, arguments: Arguments) -> Json:
    """Shares files whose bytes have come, in one message where a channel is named."""
    files = [_sent(workspace, each) for each in arguments.items("files") or []]
    if not files:
        raise invalid("missing required field: files")
    shown = [file_json(workspace, file) for file in files]
    for channel_id in _channels(arguments):
        channel = workspace.writable_channel(channel_id)
        content = Content(Arguments({"text": arguments.text("initial_comment")}))
        workspace.post(
            Message(
                channel.id,
                workspace.world.next_ts(),
                BOT_USER,
                content.text,
                thread_ts=read_thread(channel, arguments),
                bot_id=BOT,
                subtype="file_share",
                files=shown,
            )
        )
    for file in files:
        file.shared = True
    return {"files": shown}


def _channels(arguments: Arguments) -> list[str]:
    named = arguments.text("channel_id") or arguments.text("channels")
    return [each for each in named.split(",") if each]


def _sent(workspace: Workspace, given: Any) -> File:
    file = workspace.files.get(given.get("id", "")) if isinstance(given, dict) else None
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    if file.shared:
        raise SlackError("file_already_shared")
    file.title = str(given.get("title") or file.name)
    return file


def file_json(workspace: Workspace, file: File) -> Json:
    """A file as messages and methods show it."""
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    address = f"{workspace.address}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "size": file.length,
        "user": BOT_USER,
        "mode": "hosted",
        "is_external": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
    }
