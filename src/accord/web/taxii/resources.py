"""The resources of TAXII 2.1 (OASIS Standard, 2021): addresses to services. Nothing is decided here."""

from __future__ import annotations

from typing import Any

import orjson
from anyio import to_thread
from litestar import Request, Response, Router, delete, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from accord.model.errors import AbsentError, AccordError
from accord.services import taxii_collections, taxii_read, taxii_receive, taxii_remove
from accord.services.browse import Signed
from accord.services.taxii_collections import Collection
from accord.services.taxii_read import Manifest
from accord.store.taxii_pages import Record, Wanted
from accord.web.taxii import answers, filters
from accord.web.taxii.admission import acceptable, readable, signed_in
from accord.web.taxii.answers import MEDIA_TYPE, answer, envelope, resource
from accord.web.taxii.lanes import in_time, in_turn, room_for
from accord.web.threads import threaded

MAX_CONTENT_BYTES = 10 * 2**20
"""A request's content: some 20,000 objects. How many are in memory at once: `lanes`."""
_STIX = ["application/stix+json;version=2.1", "application/stix+json;version=2.0"]
_ABOUT = {
    taxii_collections.ALLIANCE: "All that a member may see on this node, and what it contributed itself.",
    taxii_collections.CIRCLES: "A collection for each circle that a member is in.",
}
PLACE = "/taxii2"
Asked = Request[Any, Any, Any]


@get("/")
@threaded
def discovery(request: Asked) -> Response[bytes]:
    signed_in(request)
    roots = [f"{str(request.base_url).rstrip('/')}{PLACE}/{root}/" for root in taxii_collections.ROOTS]
    title = request.app.state.taxii.title
    return resource(
        {"title": title, "description": "TAXII 2.1 of an Accord node", "default": roots[0], "api_roots": roots}
    )


@get("/{root:str}")
@threaded
def api_root(request: Asked, root: FromPath[str]) -> Response[bytes]:
    signed_in(request)
    if root not in taxii_collections.ROOTS:
        raise AbsentError("There is no such API root.", action="Ask the discovery resource for those there are.")
    about = {"title": request.app.state.taxii.title, "description": _ABOUT[root]}
    return resource({**about, "versions": [MEDIA_TYPE], "max_content_length": MAX_CONTENT_BYTES})


@get("/{root:str}/status/{status_id:str}")
@threaded
def status(request: Asked, root: FromPath[str], status_id: FromPath[str]) -> Response[bytes]:
    signed, number = signed_in(request), filters.to_uuid(status_id)
    if root not in taxii_collections.ROOTS or number is None:
        raise AbsentError("There is no such status.", action="It may be too old: a status is kept for a week.")
    return answer(taxii_read.status(request.app.state.node, signed, number))


@get("/{root:str}/collections")
@threaded
def collections(request: Asked, root: FromPath[str]) -> Response[bytes]:
    known = taxii_read.collections(request.app.state.node, signed_in(request), root)
    return resource({"collections": [_shown(one) for one in known]} if known else {})


@get("/{root:str}/collections/{key:str}")
@threaded
def collection(request: Asked, root: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    return resource(_shown(taxii_read.collection(request.app.state.node, signed_in(request), root, key)))


@get("/{root:str}/collections/{key:str}/objects")
@threaded
def objects(request: Asked, root: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    signed = signed_in(request)
    asked = filters.wanted(request, signed, f"{root}/{key}/o", ("id", "type", "version", "spec_version"))
    page = taxii_read.objects(request.app.state.node, signed, root, key, asked)
    more = filters.onwards(request, signed, f"{root}/{key}/o", asked, page.more)
    return envelope("objects", page.body, more=more, first=page.first, last=page.last)


@get("/{root:str}/collections/{key:str}/objects/{stix_id:str}")
@threaded
def one_object(request: Asked, root: FromPath[str], key: FromPath[str], stix_id: FromPath[str]) -> Response[bytes]:
    signed, place = signed_in(request), f"{root}/{key}/o/{stix_id}"
    asked = _of_one(filters.wanted(request, signed, place, ("version", "spec_version")), stix_id)
    page = taxii_read.one_object(request.app.state.node, signed, root, key, asked)
    more = filters.onwards(request, signed, place, asked._replace(ids=()), page.more)
    return envelope("objects", page.body, more=more, first=page.first, last=page.last)


@get("/{root:str}/collections/{key:str}/objects/{stix_id:str}/versions")
@threaded
def versions(request: Asked, root: FromPath[str], key: FromPath[str], stix_id: FromPath[str]) -> Response[bytes]:
    signed, place = signed_in(request), f"{root}/{key}/v/{stix_id}"
    filtered = filters.wanted(request, signed, place, ("spec_version",))
    asked = _of_one(filtered, stix_id)._replace(last=False, every=True)
    found = taxii_read.versions(request.app.state.node, signed, root, key, asked)
    texts = [orjson.dumps(taxii_receive.instant_version(one.version_at)) for one in found.records]
    return _listed(request, signed, place, filtered, found=found, name="versions", elements=texts)


@get("/{root:str}/collections/{key:str}/manifest")
@threaded
def manifest(request: Asked, root: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    signed, place = signed_in(request), f"{root}/{key}/m"
    asked = filters.wanted(request, signed, place, ("id", "type", "version", "spec_version"))
    found = taxii_read.manifest(request.app.state.node, signed, root, key, asked)
    texts = [orjson.dumps(_record(one)) for one in found.records]
    return _listed(request, signed, place, asked, found=found, name="objects", elements=texts)


@post("/{root:str}/collections/{key:str}/objects", status_code=202)
async def add(request: Asked, root: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    signed = await to_thread.run_sync(signed_in, request)
    readable(request)
    async with room_for(signed.token_hash):
        return await in_turn(_add, request, signed, root, key, await in_time(request.body()))


@delete("/{root:str}/collections/{key:str}/objects/{stix_id:str}", status_code=200)
@threaded
def remove(request: Asked, root: FromPath[str], key: FromPath[str], stix_id: FromPath[str]) -> Response[bytes]:
    signed = signed_in(request)
    asked = filters.wanted(request, signed, "", ("version", "spec_version"))._replace(ids=(stix_id,))
    face = request.app.state.taxii
    taxii_remove.remove(request.app.state.node, signed, root, key, asked, received=face.received)
    return answer(b"{}")


def _add(request: Asked, signed: Signed, root: str, key: str, body: bytes) -> Response[bytes]:
    face, node = request.app.state.taxii, request.app.state.node
    return answer(taxii_receive.receive(node, signed, root, key, body, received=face.received), 202)


def _of_one(asked: Wanted, stix_id: str) -> Wanted:
    if "\0" in stix_id:
        raise AbsentError("There is no such object in this collection.")
    return asked._replace(ids=(stix_id,))


def _listed(
    request: Asked, signed: Signed, place: str, asked: Wanted, *, found: Manifest, name: str, elements: list[bytes]
) -> Response[bytes]:
    more = filters.onwards(request, signed, place, asked, found.more)
    return envelope(name, b",".join(elements), more=more, first=found.first, last=found.last)


def _record(one: Record) -> dict[str, str]:
    return {
        "id": one.stix_id,
        "date_added": taxii_receive.instant_text(one.added_at),
        "version": taxii_receive.instant_version(one.version_at),
        "media_type": f"application/stix+json;version={one.spec}",
    }


def _shown(one: Collection) -> dict[str, Any]:
    document: dict[str, Any] = {"id": str(one.id), "title": one.title, "description": one.description}
    document |= {"alias": one.alias} if one.alias else {}
    return document | {"can_read": one.reads, "can_write": one.writes, "media_types": _STIX}


async def _speaks(request: Asked) -> None:
    acceptable(request)


ROUTER = Router(
    PLACE,
    route_handlers=[
        discovery, api_root, status, collections, collection, objects, one_object, versions, manifest, add, remove,
    ],
    before_request=_speaks,
    exception_handlers={
        AccordError: answers.on_accord_error,
        HTTPException: answers.on_http_error,
        Exception: answers.on_unknown_error,
    },
    request_max_body_size=MAX_CONTENT_BYTES,
)  # fmt: skip
