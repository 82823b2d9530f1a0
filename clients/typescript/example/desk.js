// A refund desk in a few lines; `node desk.js` serves it over standard input and output.
import { fileURLToPath } from "node:url";

import { serve } from "../sosia.js";

export function answer(turn) {
  const said = turn.messages.filter((m) => m.role === "user").map((m) => m.content).join(" ");
  if (!said.includes("A-10023")) {
    return `I'm sorry to hear that. Could you give me your order number? (ticket ${turn.turn})`;
  }
  if (!turn.messages.some((m) => m.role === "assistant" && m.content.includes("refunded"))) {
    turn.used("issue_refund", { order_id: "A-10023" }, "ok");
    return "Thank you. I've refunded the duplicate charge of $49.00 for order A-10023.";
  }
  return `The refund takes 3-5 business days. Is there anything else? (ticket ${turn.turn})`;
}

// The same desk on a bad day: says that it refunded and never does.
export function forgetful(turn) {
  return answer({ ...turn, messages: turn.messages, turn: turn.turn, used() {} });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await serve(answer);
}
