/** How many runs a plan has, in words. */
import type { PreparedPlan } from "../lab/plan/prepare.ts";
import { replicationsMost } from "../lab/plan/stopping.ts";
import { counted } from "./counted.ts";

/** `4 settings × 20 replications = 80 runs`; with a stopping rule, at most so many. */
export function planSizeText({ plan, settings, runs }: PreparedPlan): string {
  const most = plan.stopping === undefined ? "" : "at most ";
  const each = counted(replicationsMost(plan), "replication");
  return `${counted(settings.length, "setting")} × ${most}${each} = ${most}${counted(runs.length, "run")}`;
}
