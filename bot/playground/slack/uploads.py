"""The bytes of files: taken at the upload address, given back to whoever opens the file."""

from aiohttp import web

from bot.playground.slack.workspace import Workspace


async def take_upload(workspace: Workspace, request: web.Request) -> web.Response:
    """Takes the bytes of an announced file, raw or as a multipart field named `file`."""
    file = workspace.files.get(request.match_info["file"])
    if file is None or file.content is not None:
        return web.Response(status=404, text="no such upload")
    if request.content_type == "multipart/form-data":
        sent = (await request.post()).get("file")
        content = sent.file.read() if isinstance(sent, web.FileField) else b""
    else:
        content = await request.read()
    if len(content) != file.length:
        text = f"announced {file.length} bytes, got {len(content)}"
        return web.Response(status=400, text=text)
    file.content = content
    return web.Response(text=f"OK - {file.length}")


PIECE = 16 * 1024  # bytes, as large answers come over a network


async def serve_file(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Gives back a file's bytes, as a download, in pieces."""
    file = workspace.files.get(request.match_info["file"])
    if file is None or file.content is None:
        return web.Response(status=404, text="no such file")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    reply = web.StreamResponse(headers={"Content-Type": "application/octet-stream", **headers})
    await reply.prepare(request)
    for first in range(0, len(file.content), PIECE):
        await reply.write(file.content[first : first + PIECE])
    return reply
