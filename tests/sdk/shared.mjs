// Schemas and small things that the three clients' tests share.
import Ajv from "ajv";

export const forecast = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer", minimum: 1, maximum: 7 }, unit: { type: "string", enum: ["C", "F"] } },
  required: ["city", "days", "unit"],
  additionalProperties: false,
};

export const verdict = {
  type: "object",
  properties: {
    passed: { type: "boolean" },
    score: { type: "number", minimum: 0, maximum: 1 },
    level: { anyOf: [{ type: "string", enum: ["good", "bad"] }, { type: "null" }] },
    quotes: { type: "array", minItems: 2, items: { $ref: "#/$defs/quote" } },
  },
  required: ["passed", "score", "level", "quotes"],
  additionalProperties: false,
  $defs: { quote: { type: "object", properties: { text: { type: "string", minLength: 3 }, turn: { type: "integer" } }, required: ["text", "turn"], additionalProperties: false } },
};

export function checked(schema, value) {
  const ajv = new Ajv();
  return ajv.validate(schema, value) ? true : ajv.errorsText();
}

// What an official client makes of a failure.
export async function failureOf(call) {
  try {
    await call();
    return { kind: "none" };
  } catch (error) {
    return { kind: error.constructor.name, status: error.status ?? null, code: error.code ?? null, type: error.type ?? null,
      retry_after: error.headers?.get?.("retry-after") ?? null, message: String(error.message).slice(0, 200) };
  }
}
