/** Put a function in front of simulated customers. Types of sosia.js; there is nothing to build. */

export interface Message {
  role: "user" | "assistant";
  content: string;
}

/** What the agent is asked: the newest message and everything before it. */
export interface Turn {
  readonly conversation: string;
  /** Number of the user's turn, from 1; 0 when the agent opens. */
  readonly turn: number;
  readonly messages: readonly Message[];
  readonly context: Record<string, unknown>;
  /** The newest message; "" when the agent is to open the conversation. */
  readonly text: string;
  /** Calls a tool of the scenario's world and gives its result. Throws ToolError when the tool refuses. */
  call(tool: string, args?: Record<string, unknown>): Promise<unknown>;
  /** Reports a tool of the agent's own, so that checks can see it. */
  used(tool: string, args?: Record<string, unknown>, result?: unknown): void;
}

export interface ReportedTool {
  name: string;
  arguments?: Record<string, unknown>;
  result?: unknown;
}

export interface Reply {
  message: string;
  tools?: (string | ReportedTool)[];
  ended?: boolean;
  metadata?: Record<string, unknown>;
}

export type Agent = (turn: Turn) => string | Reply | Promise<string | Reply>;

/** A tool of the scenario's world said no. */
export class ToolError extends Error {}
/** Sosia could not judge the agent: wrong files, no binary, too many conversations that did not count. */
export class NotValid extends Error {}

/** Over standard input and output, or over HTTP when there is a port (the environment variable PORT beats it). */
export function serve(agent: Agent, options?: { port?: number; host?: string }): Promise<void>;

/** Serves the agent from this process. */
export function serving(agent: Agent, port?: number): Promise<{ url: string; close(): Promise<void> }>;

export interface Result {
  /** 0 passed, 1 failed, 2 undecided, others not valid. */
  code: number;
  passed: boolean;
  /** What Sosia said. */
  text: string;
  /** run.json */
  run: Record<string, unknown>;
  /** conversations.jsonl */
  conversations: Record<string, any>[];
}

/** Runs a suite against a function, or against an address. `options` are those of `sosia run`. */
export function run(agent: Agent | string, suite: string, ...options: string[]): Promise<Result>;

/** Runs a suite and throws an Error with Sosia's words when it did not pass. */
export function check(agent: Agent | string, suite: string, ...options: string[]): Promise<Result>;
