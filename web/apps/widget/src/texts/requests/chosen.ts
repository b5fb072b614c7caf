/** As `texts/chosen.ts`, for the parts loaded later. */
export { default } from "./zh-CN.ts";
