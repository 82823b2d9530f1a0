// What the agents share: the default wire form over HTTP, the tools of the conversation's world, the desk's instructions.
import { createServer } from "node:http";

export const baseURL = process.env.BASE_URL ?? "http://127.0.0.1:9/v1";
export const port = Number(process.env.PORT ?? 8080);
export const model = "desk-1";
export const instructions = "You are an airline's desk. Look reservations up before you speak of them. Cancel only after the customer has agreed.";

// The world's tools in OpenAI's form, and a function that calls one.
export async function world(context) {
  const url = context?.tools?.url;
  if (!url) return { tools: [], call: async () => "there is no world" };
  const listed = await (await fetch(url)).json();
  const call = async (name, args) => {
    const answer = await fetch(`${url}/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(args) });
    const body = await answer.json();
    return JSON.stringify(answer.ok ? body.result : body);
  };
  return { tools: listed.tools ?? listed, call };
}

export function serve(answer) {
  createServer(async (request, response) => {
    if (request.method !== "POST") return response.end("{}");
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    let status = 200;
    let body;
    try {
      body = { message: await answer(JSON.parse(Buffer.concat(pieces).toString())) };
    } catch (error) {
      console.error(error);
      status = 500;
      body = { error: String(error) };
    }
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  }).listen(port, "127.0.0.1");
}
