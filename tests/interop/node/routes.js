// What the Node peers answer. `call(url)` is their traced client, `carrying(values, run)` their way to carry values.
"use strict";

const inventory = process.env.INVENTORY_URL;

exports.answer = async (url, call, carrying) => {
  const { pathname, searchParams } = new URL(url, "http://peer");
  const [, route, id] = pathname.split("/");
  switch (route) {
    case "users":
      await call(`${inventory}/items?name=computer&name=mouse`);
      return JSON.stringify([{ name: "computer", quantity: 1 }, { name: "mouse", quantity: 2 }]);
    case "orders": {
      await call(`${inventory}/items?name=laptop`);
      const order = { item: "laptop", pricePerItem: 100, quantity: 1, totalPrice: 100 };
      return JSON.stringify({ ...order, id: Number(id), user: "terry" });
    }
    case "items":
      return JSON.stringify(searchParams.getAll("name").map((name) => ({ name, price: 100, stock: 7 })));
    default: { // /call?url=…&userId=…&orderId=…
      const values = { userId: searchParams.get("userId"), orderId: searchParams.get("orderId") };
      return carrying(values, () => call(searchParams.get("url")));
    }
  }
};

// The line that the test reads.
exports.log = (request, userId, orderId) => {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  console.log([request.url.split("?")[0], userId ?? "null", orderId ?? "null", ...headers].join("\t"));
};
