// A graph that finds the conversation's world in its configuration.
import { tool } from "@langchain/core/tools";
import { AIMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";

import { baseURL, instructions, model, world } from "./desk.mjs";

const llm = new ChatOpenAI({ model, apiKey: "none", maxRetries: 0, configuration: { baseURL } });

async function offered(config) {
  const { tools, call } = await world(config.configurable.context);
  return tools.map(({ function: f }) => tool((args) => call(f.name, args), { name: f.name, description: f.description, schema: f.parameters }));
}

async function say(state, config) {
  const bound = llm.bindTools(await offered(config));
  const said = await bound.invoke([new SystemMessage(instructions), ...state.messages]);
  return { messages: [new AIMessage({ content: said.content, tool_calls: said.tool_calls })] };
}

async function act(state, config) {
  const tools = Object.fromEntries((await offered(config)).map((t) => [t.name, t]));
  const results = state.messages.at(-1).tool_calls.map(async (c) => new ToolMessage({ content: await tools[c.name].invoke(c.args), tool_call_id: c.id }));
  return { messages: await Promise.all(results) };
}

export const graph = new StateGraph(MessagesAnnotation)
  .addNode("say", say)
  .addNode("act", act)
  .addEdge(START, "say")
  .addConditionalEdges("say", (state) => (state.messages.at(-1).tool_calls?.length ? "act" : END))
  .addEdge("act", "say")
  .compile();
