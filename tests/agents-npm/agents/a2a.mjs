// The A2A SDK's own server. The task stays open until the customer's matter is done; REVISION=0.3 speaks the older protocol.
import { Role, TaskState } from "@a2a-js/sdk";
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { UserBuilder, agentCardHandler, jsonRpcHandler } from "@a2a-js/sdk/server/express";
import express from "express";
import OpenAI from "openai";

import { baseURL, instructions, model, port, world } from "./desk.mjs";

const client = new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });
const revision = process.env.REVISION ?? "1.0";
const talks = new Map(); // by context

async function answer(talk, context) {
  const { tools, call } = await world(context);
  for (;;) {
    const { choices } = await client.chat.completions.create({ model, messages: [{ role: "system", content: instructions }, ...talk], tools });
    const said = choices[0].message;
    talk.push(said);
    if (!said.tool_calls?.length) return said.content;
    for (const one of said.tool_calls) {
      talk.push({ role: "tool", tool_call_id: one.id, content: await call(one.function.name, JSON.parse(one.function.arguments)) });
    }
  }
}

const textOf = (message) => message.parts.map((p) => (p.content?.$case === "text" ? p.content.value : "")).join("");

const executor = {
  async execute({ userMessage, taskId, contextId, task }, bus) {
    const status = (state, message) => ({ state, message, timestamp: new Date().toISOString() });
    const working = status(TaskState.TASK_STATE_WORKING);
    bus.publish(AgentEvent.task(task ?? { id: taskId, contextId, status: working, artifacts: [], history: [userMessage], metadata: {} }));
    bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: working, metadata: {} }));
    const talk = talks.get(contextId) ?? [];
    talks.set(contextId, talk);
    talk.push({ role: "user", content: textOf(userMessage) });
    const text = await answer(talk, userMessage.metadata?.context);
    const done = /I have cancelled|all set/.test(text);
    const message = {
      messageId: crypto.randomUUID(), contextId, taskId, role: Role.ROLE_AGENT, metadata: {}, extensions: [], referenceTaskIds: [],
      parts: [{ content: { $case: "text", value: text }, metadata: {}, filename: "", mediaType: "text/plain" }],
    };
    bus.publish(AgentEvent.statusUpdate({
      taskId, contextId, metadata: {},
      status: status(done ? TaskState.TASK_STATE_COMPLETED : TaskState.TASK_STATE_INPUT_REQUIRED, message),
    }));
    bus.finished();
  },
  async cancelTask() {},
};

const url = `http://localhost:${port}/rpc`;
const card = {
  name: "Desk", description: "An airline's desk", version: "1.0.0", defaultInputModes: ["text/plain"], defaultOutputModes: ["text/plain"],
  capabilities: { streaming: true, pushNotifications: false, extensions: [] }, securitySchemes: {}, securityRequirements: [], signatures: [],
  skills: [{ id: "desk", name: "desk", description: "cancels reservations", tags: [], examples: [], inputModes: [], outputModes: [], securityRequirements: [] }],
  supportedInterfaces: [{ url, protocolBinding: "JSONRPC", tenant: "", protocolVersion: revision }],
};
const legacyCompat = { enabled: revision === "0.3" };
const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor);
const app = express();
app.use("/.well-known/agent-card.json", agentCardHandler({ agentCardProvider: requestHandler, legacyCompat }));
app.use("/rpc", jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat }));
app.listen(port, "127.0.0.1");
