// The beginning of a channel: what it is for, and, while it is empty, something to try.
import type { JSX } from "preact";
import type { Session } from "../wire.js";
import { Icon, Logo } from "./icons.js";

interface WelcomeProps {
  readonly session: Extract<Session, { state: "ready" }>;
  readonly channel: string;
  readonly empty: boolean;
  readonly ask: (text: string) => void;
}

/** What a newcomer tries first, as far as it exists. */
const FIRST = ["quiz", "progress", "help"];

const ABOUT: Readonly<Record<string, { title: string; text: string }>> = {
  general: {
    title: "Welcome to Convo",
    text: "Convo teaches convolutional neural networks: it puts ten questions to you, grades what you answer in your own words point by point, explains what is missing or mistaken, and brings each point back when it is due.",
  },
  quiz: {
    title: "The quiz",
    text: "Ten questions about convolutional networks. Answer in your own words or pick one of several; you alone see your answers and the feedback.",
  },
  lab: {
    title: "The lab",
    text: "A quiet place to try commands; nobody minds.",
  },
};

export function Welcome({ session, channel, empty, ask }: WelcomeProps): JSX.Element {
  const topic = session.channels.find(({ id }) => id === channel)?.topic ?? "";
  const about = ABOUT[channel] ?? { title: `#${channel}`, text: topic };
  if (!empty) {
    return (
      <p class="beginning">
        <Icon name="hash" size={15} /> <strong>{channel}</strong> {topic}
      </p>
    );
  }
  const first = session.commands.filter(({ name }) => FIRST.includes(name));
  const offered = (first.length > 0 ? first : session.commands.slice(0, 3)).sort(
    (a, b) => FIRST.indexOf(a.name) - FIRST.indexOf(b.name),
  );
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <Logo size={56} />
      <h2 id="welcome-title">{channel === "general" ? `${about.title}, ${session.person.name}` : about.title}</h2>
      <p>{about.text}</p>
      <p class="welcome-try">
        Try one of these, or type <kbd>/</kbd> below to see every command.
        {session.choosesRole && " Your name and role are yours to change, under the button with your name."}
      </p>
      <div class="welcome-cards">
        {offered.map((command) => (
          <button key={command.name} type="button" class="card" onClick={() => ask(`/${command.name}`)}>
            <code>/{command.name}</code>
            <span>{command.description}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
