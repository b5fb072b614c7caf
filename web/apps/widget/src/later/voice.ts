import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** Two minutes are enough for a voice note, and small enough to upload from a train. */
const LONGEST = 120_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/**
 * Records at once; `done` gets the file, or null when the visitor thought better of it.
 * `failed` is called when there is no microphone or no permission.
 */
export function recorder(tools: Tools, done: (file: File | null) => void, failed: () => void): HTMLElement {
  const { h, icon } = tools;
  const clock = h("span", { class: "grow", role: "timer" }, say(tools, "record"));
  const stop = h("button", { type: "button", class: "primary small", disabled: true }, say(tools, "stopRecording"));
  const cancel = h("button", { type: "button", class: "link" }, say(tools, "cancel"));
  const element = h("div", { class: "recorder" }, icon("voice"), clock, cancel, stop);
  let dropped = false;

  const run = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
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
      for (const track of stream.getTracks()) track.stop();
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
  };
  cancel.onclick = () => done(null);
  run().catch(failed);
  return element;
}
