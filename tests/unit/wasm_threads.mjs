// wasm_threads.mjs - two threads of node with one memory run wasm_threads.c. SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { fileURLToPath } from "node:url";

const path = isMainThread ? process.argv[2] : workerData.path;
const memory = isMainThread ? new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true }) : workerData.memory;
const env = { memory, clock_ns: () => process.hrtime.bigint() };
const { instance } = await WebAssembly.instantiate(readFileSync(path), { env });
const { send, reply, __stack_pointer } = instance.exports;

if (isMainThread) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { path, memory } });
  worker.on("message", (wrong) => console.log("replies:", wrong, "wrong"));
  worker.once("online", () => console.log("messages:", send(), "wrong"));
} else {
  __stack_pointer.value -= 16384; // a stack of its own
  parentPort.postMessage(reply());
}
