// npx vitest run
import { fileURLToPath } from "node:url";
import { test } from "vitest";

import { check } from "../sosia.js";
import { answer } from "./desk.js";

const rehearsal = fileURLToPath(new URL("rehearsal", import.meta.url));

test("customers get their refund", async () => {
  await check(answer, rehearsal);
}, 120_000);
