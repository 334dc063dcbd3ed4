/** An agent that does one thing when it first wakes, and keeps what it is told. */
import type { Agent, Desk, Message } from "../../sim/agent.ts";
import type { AgentStart } from "../../sim/input.ts";

/** Half a second after the start unless told, with a leverage of ten. */
export function actingAgent(
  name: string,
  act: (desk: Desk) => void,
  given: Partial<AgentStart> = {},
): AgentStart & { readonly heard: Message[] } {
  const heard: Message[] = [];
  let done = false;
  const one: Agent = {
    wake: (_, desk) => {
      if (!done) act(desk);
      done = true;
    },
    receive: (message) => heard.push(message),
  };
  const latencies = { latencyUs: 1_000, latencyBackUs: 1_000, marketDataDelayUs: 1_000 };
  return { name, agent: one, depositQuanta: 1_000, leverageHundredths: 1_000, ...latencies, firstWakeUs: 500_000, heard, ...given };
}
