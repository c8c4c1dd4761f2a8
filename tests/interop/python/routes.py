"""What the Python peers answer. `call(url)` is their traced client, `put(name, value)` their way to carry a value."""

import json
import os
from urllib.parse import parse_qs

INVENTORY = os.environ["INVENTORY_URL"]


def answer(path, query, call, put):
    query = parse_qs(query)
    part = path.split("/")
    if part[1] == "users":
        call(f"{INVENTORY}/items?name=computer&name=mouse")
        return json.dumps([{"name": "computer", "quantity": 1}, {"name": "mouse", "quantity": 2}])
    if part[1] == "orders":
        call(f"{INVENTORY}/items?name=laptop")
        order = {"item": "laptop", "pricePerItem": 100, "quantity": 1, "totalPrice": 100}
        return json.dumps({**order, "id": int(part[2]), "user": "terry"})
    if part[1] == "items":
        return json.dumps([{"name": name, "price": 100, "stock": 7} for name in query["name"]])
    # /call?url=…&userId=…&orderId=…
    for name in ("userId", "orderId"):
        put(name, query[name][0])
    return call(query["url"][0])


def log(path, user_id, order_id, headers):
    """The line that the test reads."""
    headers = [f"{name.lower()}: {value}" for name, value in headers]
    print("\t".join([path, user_id or "null", order_id or "null", *headers]), flush=True)
