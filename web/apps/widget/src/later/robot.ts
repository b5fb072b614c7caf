/** What only sites with a robot need: its messages as more than text, and what stands over the field while it listens. */
export { robotAid } from "../robot/aid.ts";
export { robotSays } from "../robot/says.ts";
