// LangGraph's ready agent on LangChain's OpenAI model.
import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";

import { baseURL, instructions, model, serve, world } from "./desk.mjs";

const llm = new ChatOpenAI({ model, apiKey: "none", maxRetries: 0, configuration: { baseURL } });

serve(async ({ messages, context }) => {
  const { tools, call } = await world(context);
  const offered = tools.map(({ function: f }) =>
    tool((args) => call(f.name, args), { name: f.name, description: f.description, schema: f.parameters }),
  );
  const graph = createReactAgent({ llm, tools: offered, prompt: instructions });
  const state = await graph.invoke({ messages });
  return state.messages.at(-1).text;
});
