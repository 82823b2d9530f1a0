// The OpenAI Agents SDK over chat completions.
import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from "@openai/agents";
import OpenAI from "openai";

import { baseURL, instructions, model, serve, world } from "./desk.mjs";

setTracingDisabled(true);
const chat = new OpenAIChatCompletionsModel(new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 }), model);

serve(async ({ messages, context }) => {
  const { tools, call } = await world(context);
  const offered = tools.map(({ function: f }) =>
    tool({ name: f.name, description: f.description, parameters: { ...f.parameters, required: f.parameters.required ?? [], additionalProperties: true }, strict: false, execute: (args) => call(f.name, args) }),
  );
  const agent = new Agent({ name: "desk", instructions, model: chat, tools: offered });
  const history = messages.map(({ role, content }) =>
    role === "user" ? { role, content } : { role, status: "completed", content: [{ type: "output_text", text: content }] },
  );
  const result = await run(agent, history, { maxTurns: 6 });
  return result.finalOutput;
});
