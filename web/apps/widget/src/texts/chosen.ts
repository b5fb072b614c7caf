/** One language per frame: the build puts another one's texts here for each. In tests it is Chinese. */
export { default } from "./zh-CN.ts";
