// The peer of bench/discord.ts: a bare discord.js bot that only says "pong".
import { Client, Events, GatewayIntentBits } from "discord.js";

const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: process.env.DISCORD_API_URL } });
client.on(Events.InteractionCreate, (interaction) =>
  interaction.isChatInputCommand() ? interaction.reply({ content: "pong", allowedMentions: { parse: [] } }) : undefined,
);
client.once(Events.ClientReady, () => console.log("ready"));
await client.login(process.env.DISCORD_TOKEN);
