// The local Discord's gateway: hello, identify, heartbeats, events in sequence, and resuming after a drop, for each shard.
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

export interface GatewayOptions {
  readonly token: string;
  /** What READY tells a shard, without the session. */
  ready(shard: Shard): object;
  /** Events right after READY. */
  greetings(shard: Shard): readonly { readonly name: string; readonly data: object }[];
  readonly heartbeat?: number;
}

/** Which of how many. */
export type Shard = readonly [id: number, count: number];

/** Where Discord sends what happens in a guild. */
export const shardOf = (guild: string, count: number): number => Number((BigInt(guild) >> 22n) % BigInt(count));

interface Seen {
  identifies: number;
  resumes: number;
  heartbeats: number;
  intents: number;
  /** Close codes of the connections that the bot ended. */
  readonly closed: number[];
}

interface Session {
  readonly id: string;
  readonly shard: Shard;
  sequence: number;
  readonly sent: { readonly s: number; readonly t: string; readonly d: object }[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  /** To the shard of the guild, without one to the first; kept for a resume while it is away. */
  dispatch(name: string, data: object, guild?: string): void;
  /** Sends the last event once more, as a new one. */
  repeat(): void;
  /** Cuts a shard's connection without a farewell. */
  drop(shard?: number): void;
  /** Refuses new connections until `open`. */
  shut(): void;
  open(): void;
  /** From now on the first shard's connection hears no heartbeat answered: it is dead, and nobody says so. */
  fallSilent(): void;
  /** From now on nothing that a shard says is heard, a farewell neither. */
  freeze(shard: number): void;
  /** Of the first shard. */
  readonly seen: Seen;
  seenOf(shard: number): Seen;
  close(): void;
}

export function openGateway(server: Server, url: () => string, options: GatewayOptions): Gateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const seen: Seen[] = [];
  const seenOf = (shard: number): Seen => {
    seen[shard] ??= { identifies: 0, resumes: 0, heartbeats: 0, intents: -1, closed: [] };
    return seen[shard];
  };
  /** The newest session of each shard. */
  const current: Session[] = [];
  let last: Session | undefined;
  let isOpen = true;
  let silent: WebSocket | undefined;

  server.on("upgrade", (request, socket, head) => {
    if (isOpen) sockets.handleUpgrade(request, socket, head, talk);
    else socket.destroy();
  });

  function talk(socket: WebSocket): void {
    const beat = options.heartbeat ?? 41_250;
    let beaten = Date.now();
    let shard = 0;
    // A client that misses two beats is taken for dead, as Discord does.
    const watch = setInterval(() => Date.now() - beaten > beat * 2.5 && socket.close(4009), beat).unref();
    socket.on("close", (code) => {
      clearInterval(watch);
      // 1006: without a farewell.
      if (code !== 1006) seenOf(shard).closed.push(code);
    });
    socket.on("message", (data) => {
      const { op, d } = JSON.parse(String(data));
      if (op === 1) {
        beaten = Date.now();
        seenOf(shard).heartbeats += 1;
        if (socket !== silent) send(socket, { op: 11 });
      } else if (op === 2) shard = identify(socket, d);
      else if (op === 6) shard = resume(socket, d);
    });
    send(socket, { op: 10, d: { heartbeat_interval: beat } });
  }

  function identify(socket: WebSocket, d: { token: string; intents: number; shard?: Shard }): number {
    const shard = d.shard ?? [0, 1];
    if (d.token !== options.token) {
      socket.close(4004);
      return shard[0];
    }
    seenOf(shard[0]).identifies += 1;
    seenOf(shard[0]).intents = d.intents;
    const session: Session = { id: `session-${sessions.size + 1}`, shard, sequence: 0, sent: [], socket };
    sessions.set(session.id, session);
    current[shard[0]] = session;
    const own = { v: 10, session_id: session.id, resume_gateway_url: url(), shard };
    emit(session, "READY", { ...options.ready(shard), ...own });
    for (const { name, data } of options.greetings(shard)) emit(session, name, data);
    return shard[0];
  }

  function resume(socket: WebSocket, d: { token: string; session_id: string; seq: number }): number {
    const session = sessions.get(d.session_id);
    if (session === undefined || d.token !== options.token) {
      send(socket, { op: 9, d: false });
      return 0;
    }
    seenOf(session.shard[0]).resumes += 1;
    session.socket = socket;
    for (const { s, t, d: data } of session.sent) if (s > d.seq) send(socket, { op: 0, s, t, d: data });
    emit(session, "RESUMED", {});
    return session.shard[0];
  }

  function emit(session: Session, t: string, d: object): void {
    session.sequence += 1;
    session.sent.push({ s: session.sequence, t, d });
    if (session.sent.length > 5_000) session.sent.shift();
    if (session.socket?.readyState === 1) send(session.socket, { op: 0, s: session.sequence, t, d });
  }

  return {
    seen: seenOf(0),
    seenOf,
    dispatch(name, data, guild) {
      const count = current[0]?.shard[1] ?? 1;
      last = current[guild === undefined ? 0 : shardOf(guild, count)];
      if (last === undefined) throw new Error("no bot has identified");
      emit(last, name, data);
    },
    repeat() {
      const event = last?.sent.at(-1);
      if (last !== undefined && event !== undefined) emit(last, event.t, event.d);
    },
    drop: (shard = 0) => current[shard]?.socket?.terminate(),
    freeze: (shard) => current[shard]?.socket?.pause(),
    shut() {
      isOpen = false;
    },
    open() {
      isOpen = true;
    },
    fallSilent() {
      silent = current[0]?.socket;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function send(socket: WebSocket, payload: object): void {
  socket.send(JSON.stringify(payload));
}
