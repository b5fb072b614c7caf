import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** Two minutes are enough for a voice note, and small enough to upload from a train. */
const LONGEST = 120_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export interface Recording {
  readonly began: () => void;
  /** With the file, or null when the visitor thought better of it. */
  readonly done: (file: File | null) => void;
  /** There is no microphone or no permission (`refused`), or the visitor did not wait for it. */
  readonly neverBegan: (refused: boolean) => void;
}

/** Records as soon as it may. `done` follows each `began`. */
export function recorder(tools: Tools, { began, done, neverBegan }: Recording): HTMLElement {
  const { h, icon } = tools;
  const clock = h("span", { class: "grow", role: "timer" }, say(tools, "record"));
  const stop = h("button", { type: "button", class: "primary small", disabled: true }, say(tools, "stopRecording"));
  const cancel = h("button", { type: "button", class: "link" }, say(tools, "cancel"));
  const element = h("div", { class: "recorder" }, icon("voice"), clock, cancel, stop);
  let dropped = false;

  const run = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const hangUp = () => stream.getTracks().forEach((track) => track.stop());
    if (!element.isConnected) return hangUp(); // allowed after it was thought better of
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
    const recording = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
    const chunks: Blob[] = [];
    const started = Date.now();
    const end = () => {
      if (recording.state !== "inactive") recording.stop();
    };
    const tick = setInterval(() => {
      const seconds = Math.floor((Date.now() - started) / 1_000);
      clock.textContent = say(tools, "recording", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
      if (seconds * 1_000 >= LONGEST || !element.isConnected) end();
    }, 250);
    recording.ondataavailable = ({ data }) => chunks.push(data);
    recording.onstop = () => {
      clearInterval(tick);
      hangUp();
      const [type = "audio/webm"] = recording.mimeType.split(";");
      done(dropped ? null : new File(chunks, `voice.${type.split("/")[1]}`, { type }));
    };
    stop.disabled = false;
    stop.onclick = end;
    cancel.onclick = () => {
      dropped = true;
      end();
    };
    recording.start();
    began();
  };
  cancel.onclick = () => neverBegan(false);
  run().catch(() => element.isConnected && neverBegan(true));
  return element;
}
