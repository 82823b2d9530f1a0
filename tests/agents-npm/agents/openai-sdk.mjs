// The OpenAI SDK with a tool loop of its own.
import OpenAI from "openai";

import { baseURL, instructions, model, serve, world } from "./desk.mjs";

const client = new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });

export async function answer({ messages, context }) {
  const { tools, call } = await world(context);
  const talk = [{ role: "system", content: instructions }, ...messages];
  for (let step = 0; step < 6; ++step) {
    const { choices } = await client.chat.completions.create({ model, messages: talk, tools });
    const said = choices[0].message;
    if (!said.tool_calls?.length) return said.content;
    talk.push(said);
    for (const one of said.tool_calls) {
      talk.push({ role: "tool", tool_call_id: one.id, content: await call(one.function.name, JSON.parse(one.function.arguments)) });
    }
  }
  throw new Error("too many steps");
}

serve(answer);
