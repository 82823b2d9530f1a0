// Google's own client against `sosia mock-llm`: node google.mjs URL. Prints what it saw as one JSON object.
import { GoogleGenAI } from "@google/genai";
import { checked, failureOf, forecast, verdict } from "./shared.mjs";

const client = new GoogleGenAI({ apiKey: "anything", httpOptions: { baseUrl: process.argv[2], timeout: 3000, retryOptions: { attempts: 1 } } });
const model = "gemini-2.5-flash";
const ask = (contents, config = {}) => client.models.generateContent({ model, contents, config });
const tools = [{ functionDeclarations: [{ name: "get_weather", description: "weather", parametersJsonSchema: forecast }] }];
const out = {};

const plain = await ask("SAY: Good day, Zoë.", { systemInstruction: "Be short." });
out.plain_text = plain.text;
out.plain_usage = plain.usageMetadata;
out.finish = plain.candidates[0].finishReason;

out.streamed_text = "";
for await (const chunk of await client.models.generateContentStream({ model, contents: "SAY: Good day, Zoë." })) {
  out.streamed_text += chunk.text ?? "";
  out.streamed_usage = chunk.usageMetadata ?? out.streamed_usage;
}

const call = await ask('CALL: get_weather {"city": "Köln"}', { tools });
out.call = call.functionCalls[0];
out.streamed_call = null;
for await (const chunk of await client.models.generateContentStream({ model, contents: 'CALL: get_weather {"city": "Köln"}', config: { tools } })) {
  out.streamed_call = chunk.functionCalls?.[0] ?? out.streamed_call;
}

const forced = await ask("weather?", { tools, toolConfig: { functionCallingConfig: { mode: "ANY" } } });
out.forced_valid = checked(forecast, forced.functionCalls[0].args);
const after = await ask(
  [{ role: "user", parts: [{ text: "weather?" }] }, forced.candidates[0].content,
    { role: "user", parts: [{ functionResponse: { name: "get_weather", response: { sky: "rain" } } }] }], { tools });
out.after_tool = after.text;

const shaped = await ask("judge", { responseMimeType: "application/json", responseJsonSchema: verdict });
out.shape_valid = checked(verdict, JSON.parse(shaped.text));

out.failures = {};
for (const fault of ["401", "quota", "429", "529", "500", "context_length", "malformed", "garbage", "stall"]) {
  out.failures[fault] = await failureOf(() => ask("Hi", { httpOptions: { headers: { "x-mock-fault": fault } } }));
}
out.failures.truncated = await failureOf(async () => {
  let finished = false;
  for await (const chunk of await client.models.generateContentStream({ model, contents: "Hello there, how are you?\nFAULT: truncated" })) {
    finished = finished || Boolean(chunk.candidates?.[0]?.finishReason);
  }
  if (!finished) throw new Error("unfinished");
});

console.log(JSON.stringify(out));
