// Anthropic's own client against `sosia mock-llm`: node anthropic.mjs URL. Prints what it saw as one JSON object.
import Anthropic from "@anthropic-ai/sdk";
import { checked, failureOf, forecast, verdict } from "./shared.mjs";

const baseURL = process.argv[2];
const client = new Anthropic({ baseURL, apiKey: "sk-ant-anything", maxRetries: 0, timeout: 3000 });
const base = { model: "claude-haiku-4-5", max_tokens: 256 };
const user = (content) => ({ messages: [{ role: "user", content }] });
const tools = [{ name: "get_weather", description: "weather", input_schema: forecast }];
const out = {};

const plain = await client.messages.create({ ...base, system: "Be short.", ...user("SAY: Good day, Zoë.") });
out.plain_text = plain.content[0].text;
out.plain_usage = plain.usage;
out.stop_reason = plain.stop_reason;

out.streamed_text = "";
const stream = client.messages.stream({ ...base, ...user("SAY: Good day, Zoë.") }).on("text", (text) => (out.streamed_text += text));
const final = await stream.finalMessage();
out.streamed_usage = final.usage;

const call = await client.messages.stream({ ...base, tools, ...user('CALL: get_weather {"city": "Köln"}') }).finalMessage();
out.streamed_call = call.content.find((block) => block.type === "tool_use");
out.streamed_finish = call.stop_reason;

const forced = await client.messages.create({ ...base, tools, tool_choice: { type: "any" }, ...user("weather?") });
const use = forced.content.find((block) => block.type === "tool_use");
out.forced_valid = checked(forecast, use.input);
const after = await client.messages.create({
  ...base, tools,
  messages: [{ role: "user", content: "weather?" }, { role: "assistant", content: forced.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: "rain" }] }],
});
out.after_tool = after.content[0].text;

const shaped = await client.messages.parse({ ...base, ...user("judge"), output_config: { format: { type: "json_schema", schema: verdict } } });
out.shape_valid = checked(verdict, JSON.parse(shaped.content[0].text));

out.limit_headers = (await client.messages.create({ ...base, ...user("x") }).withResponse()).response.headers.get("anthropic-ratelimit-requests-limit");

out.failures = {};
for (const fault of ["401", "402", "429=2", "529", "500", "context_length", "malformed", "garbage", "stall"]) {
  out.failures[fault] = await failureOf(() => client.messages.create({ ...base, ...user("Hi") }, { headers: { "x-mock-fault": fault } }));
}
out.failures.truncated = await failureOf(() => client.messages.stream({ ...base, ...user("Hello there, how are you?\nFAULT: truncated") }).finalMessage());
out.failures.stream_error = await failureOf(() => client.messages.stream({ ...base, ...user("Hello there\nFAULT: stream_error") }).finalMessage());

const patient = new Anthropic({ baseURL, apiKey: "k", maxRetries: 3 });
out.retried = (await patient.messages.create({ ...base, ...user("SAY: at last") }, { headers: { "x-mock-fault": "rate_limit=0.05*2" } })).content[0].text;

console.log(JSON.stringify(out));
