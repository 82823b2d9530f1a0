// LangGraph's own server with one graph (langgraph-graph.mjs).
import { startServer } from "@langchain/langgraph-api/server";

await startServer({
  port: Number(process.env.PORT), host: "127.0.0.1", nWorkers: 4, cwd: import.meta.dirname, graphs: { desk: "./langgraph-graph.mjs:graph" },
});
