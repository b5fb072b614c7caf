export { requestsCard } from "../requests/card.ts";
