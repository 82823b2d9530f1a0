// OpenAI's own client against `sosia mock-llm`: node openai.mjs URL. Prints what it saw as one JSON object.
import OpenAI from "openai";
import { checked, failureOf, forecast, verdict } from "./shared.mjs";

const baseURL = `${process.argv[2]}/v1`;
const client = new OpenAI({ baseURL, apiKey: "sk-anything", maxRetries: 0, timeout: 3000 });
const model = "gpt-4o-mini";
const ask = (content, more = {}) => client.chat.completions.create({ model, messages: [{ role: "user", content }], ...more });
const failing = (fault, more = {}) =>
  failureOf(() => client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }], ...more }, { headers: { "x-mock-fault": fault } }));
const tool = { type: "function", function: { name: "get_weather", description: "weather", parameters: forecast } };

const out = {};

out.plain = await ask("SAY: Good day, Zoë.");
out.plain_text = out.plain.choices[0].message.content;

out.streamed_text = "";
for await (const chunk of await ask("SAY: Good day, Zoë.", { stream: true, stream_options: { include_usage: true } })) {
  out.streamed_text += chunk.choices[0]?.delta?.content ?? "";
  out.stream_usage = chunk.usage ?? out.stream_usage;
}

const runner = client.chat.completions.stream({ model, messages: [{ role: "user", content: 'CALL: get_weather {"city": "Köln"}' }], tools: [tool] });
const streamed = await runner.finalChatCompletion();
out.streamed_call = streamed.choices[0].message.tool_calls[0].function;
out.streamed_finish = streamed.choices[0].finish_reason;

const forced = await ask("weather?", { tools: [tool], tool_choice: "required" });
out.forced_valid = checked(forecast, JSON.parse(forced.choices[0].message.tool_calls[0].function.arguments));
const after = await client.chat.completions.create({
  model,
  tools: [tool],
  messages: [{ role: "user", content: "weather?" }, forced.choices[0].message,
    { role: "tool", tool_call_id: forced.choices[0].message.tool_calls[0].id, content: "rain" }],
});
out.after_tool = after.choices[0].message.content;

const shaped = await client.chat.completions.parse({
  model,
  messages: [{ role: "user", content: "judge" }],
  response_format: { type: "json_schema", json_schema: { name: "verdict", strict: true, schema: verdict } },
});
out.shape_valid = checked(verdict, shaped.choices[0].message.parsed ?? JSON.parse(shaped.choices[0].message.content));

const response = await client.responses.create({ model, input: "SAY: From responses." });
out.response_text = response.output_text;
out.response_usage = response.usage;

out.response_streamed = "";
let completed = null;
const responseStream = client.responses.stream({ model, input: "SAY: From a stream of responses." });
for await (const event of responseStream) {
  if (event.type === "response.output_text.delta") out.response_streamed += event.delta;
  if (event.type === "response.completed") completed = event.response;
}
out.response_completed = completed.status;
out.response_final = (await responseStream.finalResponse()).output_text;

const calling = await client.responses
  .stream({ model, input: 'CALL: get_weather {"city": "Bonn"}', tools: [{ type: "function", name: "get_weather", parameters: forecast, strict: false }] })
  .finalResponse();
out.response_call = calling.output.find((item) => item.type === "function_call").arguments;

const shapedResponse = await client.responses.create({
  model, input: "judge", text: { format: { type: "json_schema", name: "verdict", schema: verdict, strict: true } } });
out.response_shape_valid = checked(verdict, JSON.parse(shapedResponse.output_text));

const embeddings = await client.embeddings.create({ model: "text-embedding-3-small", input: ["refund my order", "refund the order", "sunny weather"] });
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const [a, b, c] = embeddings.data.map((one) => one.embedding);
out.embedding = { size: a.length, unit: Math.abs(dot(a, a) - 1) < 1e-5, near: dot(a, b) > dot(a, c) };
out.models = (await client.models.list()).data.length;

out.limit_headers = (await client.chat.completions.create({ model, messages: [{ role: "user", content: "x" }] }).withResponse()).response.headers.get("x-ratelimit-limit-requests");

out.failures = {};
for (const fault of ["401", "insufficient_quota", "429=2", "529", "500", "context_length", "content_filter", "malformed", "garbage", "stall"]) {
  out.failures[fault] = await failing(fault);
}
out.failures.truncated = await failureOf(() =>
  client.chat.completions.stream({ model, messages: [{ role: "user", content: "Hello there, how are you today?\nFAULT: truncated" }] }).finalChatCompletion());
out.failures.stream_error = await failureOf(() =>
  client.chat.completions.stream({ model, messages: [{ role: "user", content: "Hello there\nFAULT: stream_error" }] }).finalChatCompletion());

const patient = new OpenAI({ baseURL, apiKey: "k", maxRetries: 3 });
out.retried = (await patient.chat.completions.create({ model, messages: [{ role: "user", content: "SAY: at last" }] }, { headers: { "x-mock-fault": "rate_limit=0.05*2" } })).choices[0].message.content;

console.log(JSON.stringify(out));
