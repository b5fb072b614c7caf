/** Where the worker and the panel keep copies; the name changes when their shape does. */
export const PANEL_STORE = "yingke-panel-1";
