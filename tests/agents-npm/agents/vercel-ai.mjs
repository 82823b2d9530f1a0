// The Vercel AI SDK: generateText runs the tool loop.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { dynamicTool, generateText, jsonSchema, stepCountIs } from "ai";

import { baseURL, instructions, model, serve, world } from "./desk.mjs";

const provider = createOpenAICompatible({ name: "provider", baseURL, apiKey: "none" });

serve(async ({ messages, context }) => {
  const { tools, call } = await world(context);
  const offered = Object.fromEntries(
    tools.map(({ function: f }) => [
      f.name,
      dynamicTool({ description: f.description, inputSchema: jsonSchema(f.parameters), execute: (args) => call(f.name, args) }),
    ]),
  );
  const { text } = await generateText({ model: provider(model), system: instructions, messages, tools: offered, stopWhen: stepCountIs(6), maxRetries: 0 });
  return text;
});
