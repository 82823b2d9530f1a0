// A server of the official SDK with one tool, over standard input and output: tools of a world in any language.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "parcels", version: "1" });
server.registerTool("where_is", { description: "Where a parcel is.", inputSchema: { parcel: z.string() } },
  async ({ parcel }) => parcel === "P-1"
    ? { content: [{ type: "text", text: "in Hamburg" }] }
    : { isError: true, content: [{ type: "text", text: `there is no parcel ${parcel}` }] });
await server.connect(new StdioServerTransport());
