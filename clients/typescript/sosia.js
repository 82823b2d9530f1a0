// Put a function in front of simulated customers. Node 20 or later, nothing else; types are in sosia.d.ts.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MOST_BYTES = 64 * 1024 * 1024; // of one request

export class ToolError extends Error {}
export class NotValid extends Error {}

class Turn {
  constructor(request) {
    this.conversation = request.conversation ?? "";
    this.turn = request.turn ?? 0;
    this.messages = request.messages ?? [];
    this.context = request.context ?? {};
    this.reported = [];
  }

  get text() {
    return this.messages.at(-1)?.content ?? "";
  }

  async call(tool, args = {}) {
    const url = this.context.tools?.url;
    if (!url) throw new ToolError("this scenario has no world");
    const answer = await fetch(`${url}/${encodeURIComponent(tool)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(30_000),
    });
    const body = await answer.json();
    if (!answer.ok) throw new ToolError(typeof body.error === "string" ? body.error : JSON.stringify(body.error));
    return body.result;
  }

  used(tool, args = {}, result = null) {
    this.reported.push({ name: tool, arguments: args, result });
  }
}

async function answerTo(agent, request) {
  const turn = new Turn(request);
  const said = await agent(turn);
  const reply = typeof said === "string" ? { message: said } : { ...said };
  if (turn.reported.length > 0) reply.tools = [...(reply.tools ?? []), ...turn.reported];
  return reply;
}

export async function serve(agent, options = {}) {
  if (options.port === undefined) return serveLines(agent);
  const server = serverOf(agent);
  await listening(server, Number(process.env.PORT ?? options.port), options.host ?? "127.0.0.1");
  await new Promise((resolve) => server.on("close", resolve));
}

async function serveLines(agent) {
  // What the agent prints must not be taken for an answer.
  console.log = console.info = console.debug = console.error;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    process.stdout.write(JSON.stringify(await answerTo(agent, JSON.parse(line))) + "\n");
  }
}

function serverOf(agent) {
  return createServer(async (request, response) => {
    const send = (status, body) => {
      const data = Buffer.from(JSON.stringify(body));
      response.writeHead(status, { "Content-Type": "application/json", "Content-Length": data.length });
      response.end(data);
    };
    if (request.method !== "POST") return send(200, { ok: true });
    try {
      const pieces = [];
      let size = 0;
      for await (const piece of request) {
        size += piece.length;
        if (size > MOST_BYTES) return send(413, { error: "too large" });
        pieces.push(piece);
      }
      send(200, await answerTo(agent, JSON.parse(Buffer.concat(pieces).toString("utf8"))));
    } catch (error) {
      console.error(error); // whatever the agent throws is its answer, and the next turn comes all the same
      send(500, { error: String(error) });
    }
  });
}

function listening(server, port, host) {
  server.keepAliveTimeout = 120_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 1024 }, resolve);
  });
}

export async function serving(agent, port = 0) {
  const server = serverOf(agent);
  await listening(server, port, "127.0.0.1");
  return {
    url: `http://127.0.0.1:${server.address().port}/chat`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

export async function run(agent, suite, ...options) {
  const served = typeof agent === "string" ? undefined : await serving(agent);
  const folder = await mkdtemp(join(tmpdir(), "sosia-"));
  try {
    return await runIn(folder, served?.url ?? agent, suite, options);
  } finally {
    await served?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(folder, url, suite, options) {
  const out = join(folder, "out");
  const env = { ...process.env, SOSIA_AGENT_URL: url, SOSIA_STORE: process.env.SOSIA_STORE ?? join(folder, "runs.db") };
  const { code, text } = await spawned(process.env.SOSIA_BIN ?? "sosia", ["run", suite, "-q", "--out", out, ...options], env);
  const report = await readFile(join(out, "run.json"), "utf8").catch(() => "{}");
  const lines = await readFile(join(out, "conversations.jsonl"), "utf8").catch(() => "");
  const conversations = lines.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return { code, passed: code === 0, text, run: JSON.parse(report), conversations };
}

function spawned(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8");
      child[name].on("data", (piece) => (said[name] += piece));
    }
    child.on("error", () => reject(new NotValid(`${command} cannot be started; is it on the PATH, or named by SOSIA_BIN?`)));
    child.on("close", (code) => {
      const text = [said.stdout, said.stderr].map((part) => part.trim()).filter(Boolean).join("\n");
      resolve({ code: code ?? 130, text });
    });
  });
}

export async function check(agent, suite, ...options) {
  const result = await run(agent, suite, ...options);
  if (result.code === 1 || result.code === 2) {
    throw new Error(`the rehearsal ${result.code === 1 ? "failed" : "is undecided"}\n\n${result.text}`);
  }
  if (result.code !== 0) throw new NotValid(`sosia run ended with code ${result.code}\n\n${result.text}`);
  return result;
}
