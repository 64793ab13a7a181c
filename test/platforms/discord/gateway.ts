// The local Discord's gateway: hello, identify, heartbeats, events in sequence, and resuming after a drop.
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

export interface GatewayOptions {
  readonly token: string;
  /** What READY tells, without the session. */
  ready(): object;
  /** Events right after READY. */
  greetings(): readonly { readonly name: string; readonly data: object }[];
  readonly heartbeat?: number;
}

interface Session {
  readonly id: string;
  sequence: number;
  readonly sent: { readonly s: number; readonly t: string; readonly d: object }[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  /** To the one shard there is; kept for a resume while it is away. */
  dispatch(name: string, data: object): void;
  /** Sends the last event once more, as a new one. */
  repeat(): void;
  /** Cuts the connection without a farewell. */
  drop(): void;
  /** Refuses new connections until `open`. */
  shut(): void;
  open(): void;
  /** From now on the present connection hears no heartbeat answered: it is dead, and nobody says so. */
  fallSilent(): void;
  readonly seen: { identifies: number; resumes: number; heartbeats: number; intents: number };
  close(): void;
}

export function openGateway(server: Server, url: () => string, options: GatewayOptions): Gateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const seen = { identifies: 0, resumes: 0, heartbeats: 0, intents: -1 };
  let current: Session | undefined;
  let isOpen = true;
  let silent: WebSocket | undefined;

  server.on("upgrade", (request, socket, head) => {
    if (isOpen) sockets.handleUpgrade(request, socket, head, talk);
    else socket.destroy();
  });

  function talk(socket: WebSocket): void {
    const beat = options.heartbeat ?? 41_250;
    let last = Date.now();
    // A client that misses two beats is taken for dead, as Discord does.
    const watch = setInterval(() => Date.now() - last > beat * 2.5 && socket.close(4009), beat).unref();
    socket.on("close", () => clearInterval(watch));
    socket.on("message", (data) => {
      const { op, d } = JSON.parse(String(data));
      if (op === 1) {
        last = Date.now();
        seen.heartbeats += 1;
        if (socket !== silent) send(socket, { op: 11 });
      } else if (op === 2) identify(socket, d);
      else if (op === 6) resume(socket, d);
    });
    send(socket, { op: 10, d: { heartbeat_interval: beat } });
  }

  function identify(socket: WebSocket, d: { token: string; intents: number }): void {
    if (d.token !== options.token) {
      socket.close(4004);
      return;
    }
    seen.identifies += 1;
    seen.intents = d.intents;
    const session: Session = { id: `session-${sessions.size + 1}`, sequence: 0, sent: [], socket };
    sessions.set(session.id, session);
    current = session;
    emit(session, "READY", { ...options.ready(), v: 10, session_id: session.id, resume_gateway_url: url() });
    for (const { name, data } of options.greetings()) emit(session, name, data);
  }

  function resume(socket: WebSocket, d: { token: string; session_id: string; seq: number }): void {
    const session = sessions.get(d.session_id);
    if (session === undefined || d.token !== options.token) {
      send(socket, { op: 9, d: false });
      return;
    }
    seen.resumes += 1;
    session.socket = socket;
    for (const { s, t, d: data } of session.sent) if (s > d.seq) send(socket, { op: 0, s, t, d: data });
    emit(session, "RESUMED", {});
  }

  function emit(session: Session, t: string, d: object): void {
    session.sequence += 1;
    session.sent.push({ s: session.sequence, t, d });
    if (session.sent.length > 5_000) session.sent.shift();
    if (session.socket?.readyState === 1) send(session.socket, { op: 0, s: session.sequence, t, d });
  }

  return {
    seen,
    dispatch(name, data) {
      if (current === undefined) throw new Error("no bot has identified");
      emit(current, name, data);
    },
    repeat() {
      const event = current?.sent.at(-1);
      if (current !== undefined && event !== undefined) emit(current, event.t, event.d);
    },
    drop: () => current?.socket?.terminate(),
    shut() {
      isOpen = false;
    },
    open() {
      isOpen = true;
    },
    fallSilent() {
      silent = current?.socket;
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
