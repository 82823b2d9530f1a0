// Talks to a world's MCP address with an official client and prints what it saw as one JSON line.
//   node client.mjs sdk|handshake|stateless URL
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [kind, url] = process.argv.slice(2);
const who = { name: "sosia-test", version: "1" };

function connect() {
  if (kind === "sdk") {
    return [new OldClient(who), new OldTransport(new URL(url))];
  }
  const mode = kind === "stateless" ? { pin: "2026-07-28" } : "legacy";
  return [new Client(who, { versionNegotiation: { mode } }), new StreamableHTTPClientTransport(new URL(url))];
}

const [client, transport] = connect();
await client.connect(transport);
const tools = (await client.listTools()).tools.map((tool) => tool.name);
const read = await client.callTool({ name: "get_reservation_details", arguments: { reservation_id: "QUI001" } });
const refused = await client.callTool({ name: "get_reservation_details", arguments: { reservation_id: "NONE" } });
const wrong = await client.callTool({ name: "get_reservation_details", arguments: {} });
let unknown = "";
try {
  await client.callTool({ name: "no_such_tool", arguments: {} });
} catch (error) {
  unknown = String(error.code);
}
console.log(JSON.stringify({
  server: client.getServerVersion()?.name,
  version: transport.protocolVersion ?? client.getNegotiatedProtocolVersion?.(),
  tools: tools.length,
  read: read.structuredContent?.user_id,
  refused: [refused.isError, refused.content[0].text],
  wrong: wrong.isError,
  unknown,
}));
await client.close();
